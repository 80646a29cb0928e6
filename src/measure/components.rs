//! What two variables both determine (Gács and Körner): the connected parts of the graph whose nodes are the values of each,
//! with an edge between two values that occur together.

use rustc_hash::FxHashMap;

use super::table::Projection;

/// For each point that can be, the number of its part; points of one part have one number.
pub(super) fn components(points: impl Iterator<Item = u64>, to: [&Projection; 2]) -> Vec<usize> {
    let mut nodes: [FxHashMap<u64, usize>; 2] = Default::default();
    let mut parent: Vec<usize> = Vec::new();
    let mut ends = Vec::with_capacity(points.size_hint().0);
    for point in points {
        let mut node = |side: usize| {
            *nodes[side].entry(to[side].of(point)).or_insert_with(|| {
                parent.push(parent.len());
                parent.len() - 1
            })
        };
        let (a, b) = (node(0), node(1));
        ends.push(a);
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a] = b;
    }
    ends.iter().map(|end| root(&mut parent, *end)).collect()
}

/// The root of a node; ways are halved as they are gone.
fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}
