//! A network with all names looked up: nodes with parents, and for each combination of their states an exact row.
//!
//! 1. Variables first, since a table may stand before a variable that it speaks of.
//! 2. Each variable has one table. Its parents are distinct.
//! 3. No variable is below itself: in each round those are drawn whose parents are drawn, in the order of the file.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Repair;
use super::blocks::{Blocks, Table, read_blocks};
use super::error::BifError;
use super::faults::Faults;
use super::names::{Names, choose};
use super::rows::{Repaired, TableReader};
use super::scope::Scope;
use crate::base::name::Name;
use crate::base::source::Source;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// A Bayesian network.
#[derive(Debug, Clone)]
pub struct Network {
    /// The name of its diagram.
    pub diagram: Name,
    /// Where the file names the network.
    pub span: Span,
    /// The nodes in the order of the file.
    pub nodes: Vec<Node>,
    /// The same nodes by their numbers, parents before children.
    pub order: Vec<usize>,
    /// What there is to say about it.
    pub summary: Summary,
}

/// A variable of a network with its table.
#[derive(Debug, Clone)]
pub struct Node {
    /// What the file calls it.
    pub title: String,
    /// The name of its object and of its wire.
    pub name: Name,
    /// The name of its kernel.
    pub kernel: Name,
    /// Where its name stands.
    pub span: Span,
    /// Its states, in order.
    pub states: Vec<Name>,
    /// Its parents, in the order of its table.
    pub parents: Vec<usize>,
    /// A row for each combination of the parents' states, those of the last parent fastest.
    pub rows: Arc<Vec<Row>>,
}

/// What a report says of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The file, as it was looked for.
    pub file: String,
    /// The name of the diagram.
    pub diagram: Name,
    /// Number of nodes.
    pub nodes: usize,
    /// Number of arcs.
    pub arcs: usize,
    /// Number of rows of all tables.
    pub rows: usize,
    /// The repair that was asked for.
    pub repair: Option<Repair>,
    /// Number of rows that did not sum to 1 and were repaired.
    pub repaired: usize,
    /// The largest distance of a sum from 1, and the line of that row.
    pub largest: Option<(Ratio, usize)>,
    /// Nodes that are called otherwise in the file, and what they are called there.
    pub renamed: Vec<(Name, String)>,
}

/// Reads a network from a text; `stem` is the name of its file without the extension.
pub fn read_network(source: &Source, stem: &str, repair: Option<Repair>) -> Result<Network, Vec<BifError>> {
    let blocks = read_blocks(source).map_err(|error| vec![error])?;
    let mut faults = Faults::default();
    // 1.
    let scope = Scope::new(&blocks.variables, &mut faults);
    if blocks.variables.is_empty() {
        faults.push(BifError::Unexpected {
            found: "the end of the file".into(),
            expected: "at least one variable".into(),
            span: blocks.network.span,
            help: Some("a network has variables: `variable x { type discrete [ 2 ] { yes, no }; }`".into()),
        });
    }
    // Without the right states, rows cannot be told apart.
    if faults.count() > 0 {
        return Err(faults.into_errors(source));
    }
    let Some(tables) = assigned(&blocks, &scope, &mut faults) else { return Err(faults.into_errors(source)) };
    let mut repaired = Repaired::default();
    let mut rows = Vec::with_capacity(tables.len());
    for (child, (table, parents)) in tables.iter().enumerate() {
        let reader = TableReader { scope: &scope, numbers: &blocks.numbers, repair, table, child, parents };
        rows.push(reader.rows(&mut repaired, &mut faults));
    }
    let parents: Vec<&[usize]> = tables.iter().map(|(_, parents)| &parents[..]).collect();
    let order = match draw_order(&parents) {
        Ok(order) => order,
        Err(circle) => {
            let name = |v: &usize| blocks.variables[*v].name.node;
            let way: Vec<String> = circle.iter().map(|v| format!("`{}`", name(v))).collect();
            let child = circle.first().copied().unwrap_or(0);
            let (circle, child, span) = (way.join(" → "), name(&child).to_string(), tables[child].0.head);
            faults.push(BifError::Cyclic { circle, span, child });
            Vec::new()
        }
    };
    let rows: Option<Vec<Vec<Row>>> = rows.into_iter().collect();
    let Some(rows) = rows.filter(|_| faults.count() == 0) else { return Err(faults.into_errors(source)) };
    Ok(network(&blocks, &tables, rows, order, stem, repair, repaired, source))
}

/// 2. For each variable its table and the parents.
fn assigned<'b>(
    blocks: &'b Blocks<'b>,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Vec<(&'b Table<'b>, Vec<usize>)>> {
    let before = faults.count();
    let mut tables: Vec<Option<(&Table<'_>, Vec<usize>)>> = vec![None; blocks.variables.len()];
    for table in &blocks.tables {
        let mut parents = Vec::with_capacity(table.parents.len());
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        for parent in &table.parents {
            if let Some(first) = seen.insert(parent.node, parent.span) {
                let name = parent.node.to_string();
                faults.push(BifError::Duplicate { what: "the parent", name, span: parent.span, first });
            }
            parents.extend(scope.find(parent, faults));
        }
        let Some(child) = scope.find(&table.child, faults) else { continue };
        match &tables[child] {
            Some((first, _)) => {
                let (name, first) = (table.child.node.to_string(), first.head);
                faults.push(BifError::Duplicate { what: "the table of", name, span: table.head, first });
            }
            None => tables[child] = Some((table, parents)),
        }
    }
    for (variable, table) in blocks.variables.iter().zip(&tables) {
        if table.is_none() {
            let name = variable.name.node.to_string();
            faults.push(BifError::NoTable { variable: name, span: variable.name.span });
        }
    }
    tables.into_iter().collect::<Option<Vec<_>>>().filter(|_| faults.count() == before)
}

/// 3. The nodes, parents first; or a circle, which begins and ends with the same node.
fn draw_order(parents: &[&[usize]]) -> Result<Vec<usize>, Vec<usize>> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    let mut waiting: Vec<usize> = parents.iter().map(|p| p.len()).collect();
    for (child, parents) in parents.iter().enumerate() {
        parents.iter().for_each(|p| children[*p].push(child));
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        waiting.iter().enumerate().filter(|(_, w)| **w == 0).map(|(node, _)| Reverse(node)).collect();
    let mut order = Vec::with_capacity(parents.len());
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for child in &children[node] {
            waiting[*child] -= 1;
            if waiting[*child] == 0 {
                ready.push(Reverse(*child));
            }
        }
    }
    let Some(start) = waiting.iter().position(|w| *w > 0) else { return Ok(order) };
    // Whatever waits has a parent that waits, so going up among those comes round.
    let mut way = vec![start];
    let mut place: FxHashMap<usize, usize> = FxHashMap::default();
    loop {
        let last = way[way.len() - 1];
        place.insert(last, way.len() - 1);
        let above = parents[last].iter().copied().find(|p| waiting[*p] > 0).unwrap_or(last);
        if let Some(begin) = place.get(&above) {
            let mut circle = way.split_off(*begin);
            circle.push(above);
            circle.reverse();
            return Err(circle);
        }
        way.push(above);
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one network")]
fn network(
    blocks: &Blocks<'_>,
    tables: &[(&Table<'_>, Vec<usize>)],
    rows: Vec<Vec<Row>>,
    order: Vec<usize>,
    stem: &str,
    repair: Option<Repair>,
    repaired: Repaired,
    source: &Source,
) -> Network {
    let titles: Vec<&str> = blocks.variables.iter().map(|v| v.name.node).collect();
    let Names { nodes: names, kernels, diagram } = choose(&titles, stem);
    let renamed = names.iter().zip(&titles).filter(|(name, title)| name.as_str() != **title);
    let summary = Summary {
        file: source.name.to_string(),
        diagram: diagram.clone(),
        nodes: names.len(),
        arcs: tables.iter().map(|(_, parents)| parents.len()).sum(),
        rows: rows.iter().map(Vec::len).sum(),
        repair,
        repaired: repaired.rows,
        largest: repaired.largest.map(|(deviation, span)| (deviation, source.line_column(span.lo).0)),
        renamed: renamed.map(|(name, title)| (name.clone(), title.to_string())).collect(),
    };
    let parts = blocks.variables.iter().zip(tables).zip(rows).zip(names.into_iter().zip(kernels));
    let nodes = parts.map(|(((variable, (_, parents)), rows), (name, kernel))| Node {
        title: variable.name.node.to_string(),
        name,
        kernel,
        span: variable.name.span,
        states: variable.states.iter().map(|s| Name::new(s.node)).collect(),
        parents: parents.clone(),
        rows: Arc::new(rows),
    });
    Network { diagram, span: blocks.network.span, nodes: nodes.collect(), order, summary }
}

#[cfg(test)]
mod tests {
    use super::draw_order;

    #[test]
    fn parents_are_drawn_first_and_circles_are_found() {
        assert_eq!(draw_order(&[&[2], &[], &[1]]), Ok(vec![1, 2, 0]));
        assert_eq!(draw_order(&[&[], &[], &[]]), Ok(vec![0, 1, 2]));
        assert_eq!(draw_order(&[&[0]]), Err(vec![0, 0]));
        assert_eq!(draw_order(&[&[], &[0, 3], &[1], &[2]]), Err(vec![1, 2, 3, 1]));
        // A node below a circle is not on it.
        assert_eq!(draw_order(&[&[1], &[2], &[1]]), Err(vec![1, 2, 1]));
    }
}
