//! The rows of one table: every combination of the parents' states exactly once, every row summing to exactly 1.
//!
//! 1. A row is named by the states of the parents; `table` lists all rows at once, and `default` is the row of every
//!    combination that is not named. Rows are ordered by the parents' states, those of the last parent fastest.
//! 2. In a `table` the states of the variable itself run the slowest, then those of its first parent, and so on.
//! 3. Numbers are integers over a power of ten that all numbers of a row share, so a sum is a sum of integers.
//! 4. A row that does not sum to 1 is an error, or is repaired: divided by its sum, or by putting the difference on its
//!    largest entry (the first of them where several are the largest).

use std::cmp::Ordering;

use super::Repair;
use super::blocks::{Row as Listed, Table, Which};
use super::error::BifError;
use super::faults::Faults;
use super::scope::Scope;
use crate::base::span::Span;
use crate::number::decimal::{Decimal, ten_to};
use crate::number::int::Int;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// Most rows that a table may have, as for kernels; and most rows that the defaults of a file may stand for together.
const ROW_LIMIT: u64 = 1 << 22;

/// What was repaired so far, and how much the defaults stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Repaired {
    /// How many rows as written: a default counts once.
    pub(super) rows: usize,
    /// The largest distance of a sum from 1, and where that row stands.
    pub(super) largest: Option<(Ratio, Span)>,
    defaults: u64,
}

/// Reads one table, whose variables are looked up.
pub(super) struct TableReader<'t> {
    /// The names that can be used.
    pub(super) scope: &'t Scope<'t>,
    /// The numbers of all rows of the file.
    pub(super) numbers: &'t [(Decimal, Span)],
    /// The repair that was asked for.
    pub(super) repair: Option<Repair>,
    /// The table.
    pub(super) table: &'t Table<'t>,
    /// Its variable.
    pub(super) child: usize,
    /// The parents.
    pub(super) parents: &'t [usize],
}

/// What a row is, to speak of it.
#[derive(Clone, Copy)]
enum Subject {
    /// The row of this combination of the parents' states.
    Input(u64),
    Default,
}

impl TableReader<'_> {
    /// The rows in order; `None` where there is an error, which is then reported.
    pub(super) fn rows(&self, repaired: &mut Repaired, faults: &mut Faults) -> Option<Vec<Row>> {
        let before = faults.count();
        let inputs = self.inputs(faults)?;
        // For each row its combination, the place where it is written, and itself unless it is faulty.
        let mut found: Vec<(u64, Span, Option<Row>)> = Vec::with_capacity(self.table.rows.len());
        let mut default: Option<&Listed<'_>> = None;
        for row in &self.table.rows {
            match row.which {
                Which::Default => match default {
                    Some(first) => {
                        let (row, first, span) = (self.words(Subject::Default), first.span, row.span);
                        faults.push(BifError::DoubledRow { row, span, first });
                    }
                    None => {
                        self.counted(row, 1, Subject::Default, faults);
                        default = Some(row);
                    }
                },
                Which::Table => {
                    // Without its numbers, a list of all rows stands for none.
                    let numbers = self.counted(row, inputs, Subject::Input(0), faults)?;
                    let made = self.table_rows(row, numbers, inputs, repaired, faults);
                    found.extend(made.into_iter().enumerate().map(|(input, made)| (input as u64, row.span, made)));
                }
                Which::States => {
                    let Some(input) = self.input(row, faults) else { continue };
                    let subject = Subject::Input(input);
                    let made = self.counted(row, 1, subject, faults).and_then(|numbers| {
                        let numbers: Vec<_> = numbers.iter().collect();
                        self.row(&numbers, row.span, subject, repaired, faults)
                    });
                    found.push((input, row.span, made));
                }
            }
        }
        // 1. The sort is stable, so of two rows the second one is the later.
        found.sort_by_key(|(input, ..)| *input);
        for pair in found.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let row = self.words(Subject::Input(pair[0].0));
            faults.push(BifError::DoubledRow { row, first: pair[0].1, span: pair[1].1 });
        }
        let all_named = faults.count() == before;
        let missing = inputs.saturating_sub(found.len() as u64);
        match default {
            Some(default) if missing > 0 && all_named => self.fill(found, default, inputs, repaired, faults),
            None if missing > 0 && all_named => {
                self.report_missing(&found, inputs, faults);
                None
            }
            _ => found.into_iter().map(|(.., row)| row).collect(),
        }
        .filter(|_| faults.count() == before)
    }

    /// Number of combinations of the parents' states.
    fn inputs(&self, faults: &mut Faults) -> Option<u64> {
        let sizes = self.parents.iter().map(|p| self.scope.states(*p).len() as u64);
        let inputs = sizes.fold(1u64, u64::saturating_mul);
        if inputs <= ROW_LIMIT {
            return Some(inputs);
        }
        let size = if inputs == u64::MAX { "more than 2^63 rows".to_string() } else { format!("{inputs} rows") };
        let what = format!("the table of `{}`", self.table.child.node);
        faults.push(BifError::TooLarge { what, size, limit: ROW_LIMIT, span: self.table.head });
        None
    }

    /// The numbers of a list, if there are as many as `rows` rows need.
    fn counted(
        &self,
        row: &Listed<'_>,
        rows: u64,
        subject: Subject,
        faults: &mut Faults,
    ) -> Option<&[(Decimal, Span)]> {
        let states = self.scope.states(self.child).len();
        let numbers = &self.numbers[row.numbers.clone()];
        let wanted = rows as u128 * states as u128;
        if numbers.len() as u128 == wanted {
            return Some(numbers);
        }
        let child = self.table.child.node;
        let (row_words, help) = match (row.which, rows) {
            (Which::Table, 2..) => (
                format!("the table of `{child}`"),
                format!(
                    "one for each of the {states} states of `{child}` and each of the {rows} combinations of its parents' states"
                ),
            ),
            _ => {
                (self.words(subject), format!("one for each state of `{child}`: {}", self.scope.state_list(self.child)))
            }
        };
        let wanted = if wanted == 1 { "1 number".to_string() } else { format!("{wanted} numbers") };
        faults.push(BifError::EntryCount { row: row_words, wanted, found: numbers.len(), span: row.span, help });
        None
    }

    /// The combination that a row names.
    fn input(&self, row: &Listed<'_>, faults: &mut Faults) -> Option<u64> {
        if row.states.len() != self.parents.len() {
            let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
            let order: Vec<&str> = self.table.parents.iter().map(|p| p.node).collect();
            faults.push(BifError::RowStates {
                found: plural(row.states.len(), "state"),
                wanted: plural(self.parents.len(), "parent"),
                order: if order.is_empty() { "there are none, so write `table`".into() } else { order.join(", ") },
                span: row.span,
                head: self.table.head,
            });
            return None;
        }
        let mut input = Some(0);
        for (state, parent) in row.states.iter().zip(self.parents) {
            match self.scope.state(*parent, state.node) {
                Some(place) => input = input.map(|i| i * self.scope.states(*parent).len() as u64 + place),
                None => {
                    self.scope.unknown_state(*parent, state, faults);
                    input = None;
                }
            }
        }
        input
    }

    /// 2. The rows of a list of all rows.
    fn table_rows(
        &self,
        row: &Listed<'_>,
        numbers: &[(Decimal, Span)],
        inputs: u64,
        repaired: &mut Repaired,
        faults: &mut Faults,
    ) -> Vec<Option<Row>> {
        let (inputs, states) = (inputs as usize, numbers.len() / inputs.max(1) as usize);
        if inputs > 1 && only_in_other_order(numbers, inputs, states) {
            let variable = self.table.child.node.to_string();
            faults.push(BifError::TableOrder { variable, span: row.span });
            return vec![None; inputs];
        }
        let one = |input: usize| {
            let entries: Vec<_> = (0..states).map(|s| &numbers[s * inputs + input]).collect();
            // A row of a table with parents does not stand together; its first number says where it is.
            let span = if inputs == 1 { row.span } else { numbers[input].1 };
            self.row(&entries, span, Subject::Input(input as u64), repaired, faults)
        };
        (0..inputs).map(one).collect()
    }

    /// 3., 4.
    fn row(
        &self,
        numbers: &[&(Decimal, Span)],
        span: Span,
        subject: Subject,
        repaired: &mut Repaired,
        faults: &mut Faults,
    ) -> Option<Row> {
        let places = numbers.iter().map(|n| n.0.places).max().unwrap_or(0);
        let one = ten_to(places);
        let mut sum = Int::ZERO;
        let mut entries = Vec::with_capacity(numbers.len());
        for (state, (value, place)) in numbers.iter().enumerate() {
            let weight = value.over(places);
            if weight.sign() == Ordering::Less {
                let entry = faults.decimal(&weight, &one);
                faults.push(BifError::NegativeEntry { row: self.words(subject), entry, span: *place });
                return None;
            }
            sum += &weight;
            entries.push((state as u64, weight));
        }
        if sum == one {
            return Some(Row::from_sorted(one, entries));
        }
        let rest = &one - &sum;
        let why = match self.repair {
            None => {
                faults.row_sum(self.words(subject), &sum, &one, span);
                return None;
            }
            Some(_) if sum.is_zero() => "all of its entries are 0",
            Some(way) => match mend(way, one.clone(), sum.clone(), entries) {
                Some(row) => {
                    repaired.note(&rest, &one, span);
                    return Some(row);
                }
                None => "its largest entry is smaller than what is too much",
            },
        };
        let (row, sum) = (self.words(subject), faults.decimal(&sum, &one));
        let way = self.repair.map_or("", Repair::word);
        faults.push(BifError::NotRepairable { row, sum, way, why, span });
        None
    }

    /// 1. All rows, with the default where none is named.
    fn fill(
        &self,
        found: Vec<(u64, Span, Option<Row>)>,
        default: &Listed<'_>,
        inputs: u64,
        repaired: &mut Repaired,
        faults: &mut Faults,
    ) -> Option<Vec<Row>> {
        repaired.defaults += inputs - found.len() as u64;
        if repaired.defaults > ROW_LIMIT {
            let (what, size) =
                ("the defaults of this file together".to_string(), format!("{} rows", repaired.defaults));
            faults.push(BifError::TooLarge { what, size, limit: ROW_LIMIT, span: default.span });
            return None;
        }
        let numbers: Vec<_> = self.numbers[default.numbers.clone()].iter().collect();
        let row = self.row(&numbers, default.span, Subject::Default, repaired, faults)?;
        let mut named = found.into_iter().peekable();
        let pick = |input| match named.next_if(|(i, ..)| *i == input) {
            Some((.., named)) => named,
            None => Some(row.clone()),
        };
        (0..inputs).map(pick).collect()
    }

    fn report_missing(&self, found: &[(u64, Span, Option<Row>)], inputs: u64, faults: &mut Faults) {
        const SHOWN: usize = 4;
        let missing = inputs - found.len() as u64;
        let mut named = found.iter().map(|(input, ..)| *input).peekable();
        let first = (0..inputs).filter(|input| named.next_if_eq(input).is_none()).take(SHOWN);
        let mut shown: Vec<String> = first.map(|input| self.scope.configuration(self.parents, input)).collect();
        let more = missing.saturating_sub(SHOWN as u64);
        if self.parents.is_empty() {
            shown = vec!["its states".into()];
        }
        let shown =
            format!("{}{}", shown.join(", "), if more > 0 { format!(" and {more} more") } else { String::new() });
        let variable = self.table.child.node.to_string();
        faults.push(BifError::MissingRow { variable, shown, span: self.table.head });
    }

    fn words(&self, subject: Subject) -> String {
        let child = self.table.child.node;
        match subject {
            Subject::Default => format!("the default of `{child}`"),
            Subject::Input(_) if self.parents.is_empty() => format!("the table of `{child}`"),
            Subject::Input(input) => format!("the row {} of `{child}`", self.scope.configuration(self.parents, input)),
        }
    }
}

impl Repaired {
    fn note(&mut self, rest: &Int, one: &Int, span: Span) {
        self.rows += 1;
        let Some(deviation) = Ratio::new(rest.abs(), one.clone()) else { return };
        if self.largest.as_ref().is_none_or(|(largest, _)| *largest < deviation) {
            self.largest = Some((deviation, span));
        }
    }
}

/// The repaired row (see 4. above) of non-negative entries over `one` with a sum that is neither 0 nor `one`; `None` where the
/// largest entry is smaller than what is too much.
fn mend(way: Repair, one: Int, sum: Int, mut entries: Vec<(u64, Int)>) -> Option<Row> {
    match way {
        Repair::Scale => Some(Row::from_sorted(sum, entries)),
        Repair::Largest => {
            let mut largest = 0;
            for (i, entry) in entries.iter().enumerate() {
                if entry.1 > entries[largest].1 {
                    largest = i;
                }
            }
            let mended = &entries[largest].1 + &(&one - &sum);
            entries[largest].1 = mended;
            (entries[largest].1.sign() != Ordering::Less).then(|| Row::from_sorted(one, entries))
        }
    }
}

/// Whether some distribution of a table does not sum to 1, and all would if the states of the variable ran the fastest.
fn only_in_other_order(numbers: &[(Decimal, Span)], inputs: usize, states: usize) -> bool {
    let sums_to_one = |places: &mut dyn Iterator<Item = usize>| {
        let entries: Vec<&Decimal> = places.map(|p| &numbers[p].0).collect();
        let most = entries.iter().map(|e| e.places).max().unwrap_or(0);
        let mut sum = Int::ZERO;
        entries.iter().for_each(|e| sum += &e.over(most));
        sum == ten_to(most)
    };
    let in_order = (0..inputs).all(|i| sums_to_one(&mut (0..states).map(|s| s * inputs + i)));
    !in_order && (0..inputs).all(|i| sums_to_one(&mut (0..states).map(|s| i * states + s)))
}
