//! Rows from tables of counts, normalised exactly.
//!
//! A line has one column for each factor of the domain, one for each factor of the codomain, and the count. The first
//! line may be a header: it is one if its last column is no number.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::checker::{Checked, Checker};
use super::error::CheckError;
use super::points::points_help;
use super::types::Type;
use crate::load::read_text;
use crate::number::int::Int;
use crate::number::literal::parse_number;
use crate::number::ratio::Ratio;
use crate::number::row::Row;
use crate::syntax::ast::Spanned;
use crate::syntax::print::label;

/// Largest data file, in megabytes.
const DATA_LIMIT_MB: u64 = 1024;

impl Checker<'_> {
    /// The text of a data file.
    pub(super) fn data(&mut self, path: &Spanned<String>) -> Checked<String> {
        let target = self.directory.join(&path.node);
        match read_text(&target, Some(path.span), DATA_LIMIT_MB, self.files) {
            Ok(text) => Ok(text),
            Err(error) => self.fail(CheckError::File(error)),
        }
    }

    /// The rows of a kernel counted in a CSV file.
    pub(super) fn counted_rows(
        &mut self,
        path: &Spanned<String>,
        smooth: Option<&Spanned<Ratio>>,
        dom: &Type,
        cod: &Type,
    ) -> Checked<Arc<Vec<Row>>> {
        let text = self.data(path)?;
        let counts = self.read_counts(&text, path, dom, cod)?;
        let smooth = smooth.map_or(Ratio::ZERO, |s| s.node.clone());
        let (inputs, outcomes) = (self.sig.size(dom).unwrap_or(0), self.sig.size(cod).unwrap_or(0));
        if !smooth.is_zero() && inputs.saturating_mul(outcomes) > 1 << 26 {
            let error = CheckError::TooLarge {
                what: "this kernel with `smooth`".into(),
                size: format!("{inputs} times {outcomes} entries; without zeros it"),
                limit: 1 << 26,
                span: path.span,
            };
            return self.fail(error);
        }
        let mut rows = Vec::with_capacity(inputs as usize);
        let mut empty = Vec::new();
        for (input, mut entries) in counts.into_iter().enumerate() {
            if !smooth.is_zero() {
                let found: FxHashMap<u64, Int> = entries.into_iter().collect();
                // (count + a/b) / total = (b count + a) / (b total + a n)
                entries = (0..outcomes)
                    .map(|o| {
                        let mut weight = smooth.num().clone();
                        if let Some(count) = found.get(&o) {
                            weight.add_product(count, smooth.den());
                        }
                        (o, weight)
                    })
                    .collect();
            }
            let mut total = Int::ZERO;
            entries.iter().for_each(|(_, w)| total += w);
            if total.is_zero() {
                empty.push(input as u64);
                continue;
            }
            entries.sort_unstable_by_key(|(p, _)| *p);
            rows.push(Row::from_sorted(total, entries));
        }
        if let Some(first) = empty.first() {
            let input = super::rows::point_text(self.sig, dom, *first);
            let what = match (dom.is_empty(), empty.len()) {
                (true, _) => "all counts are 0".to_string(),
                (_, 1) => format!("nothing was counted for the input {input}, so its row would be 0/0"),
                (_, n) => {
                    format!("nothing was counted for {n} inputs ({input} is the first), so their rows would be 0/0")
                }
            };
            let help = Some(
                "add `smooth 1` to give every outcome one more count, or take these points out of the object".into(),
            );
            return self.fail(CheckError::Data { place: path.node.clone(), what, span: path.span, help });
        }
        Ok(Arc::new(rows))
    }

    /// For each input, outcomes with their counts.
    fn read_counts(
        &mut self,
        text: &str,
        path: &Spanned<String>,
        dom: &Type,
        cod: &Type,
    ) -> Checked<Vec<Vec<(u64, Int)>>> {
        let columns = dom.len() + cod.len() + 1;
        let inputs = self.sig.size(dom).unwrap_or(0) as usize;
        let outcomes = self.sig.size(cod).unwrap_or(1).max(1);
        let mut counts: Vec<Vec<(u64, Int)>> = vec![Vec::new(); inputs];
        let mut seen: FxHashMap<(u64, u64), u64> = FxHashMap::default();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut first = true;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    return self.data_fault(path, line, 1, error.to_string(), None);
                }
            }
            let line = record.position().map_or(0, csv::Position::line);
            let is_header =
                std::mem::take(&mut first) && record.len() == columns && parse_number(&record[columns - 1]).is_err();
            if is_header {
                continue;
            }
            if record.len() != columns {
                let found = record.len();
                let what = format!(
                    "this line has {found} column{}, and {columns} are needed",
                    if found == 1 { "" } else { "s" }
                );
                let help = format!(
                    "write one column for each factor of {}, in this order, and one for the count",
                    self.arrow(dom, cod)
                );
                return self.data_fault(path, line, 1, what, Some(help));
            }
            let mut places = [0u64; 2];
            for (i, object) in dom.factors().iter().chain(cod.factors()).enumerate() {
                let declared = &self.sig.objects[*object];
                let Some(point) = declared.find(&record[i]) else {
                    let what = format!("`{}` is not a point of `{}`", &record[i], declared.name);
                    let help = points_help(declared, &record[i]);
                    return self.data_fault(path, line, i + 1, what, Some(help));
                };
                let side = usize::from(i >= dom.len());
                places[side] = places[side] * declared.size() + point;
            }
            let count = match parse_number(&record[columns - 1]) {
                Ok(n) if n.sign().is_ge() => n.to_int().cloned(),
                _ => None,
            };
            let Some(count) = count else {
                let what = format!("`{}` is not a count", &record[columns - 1]);
                return self.data_fault(path, line, columns, what, Some("a count is one of 0, 1, 2, …".into()));
            };
            let key = (places[0], places[1] % outcomes);
            if let Some(before) = seen.insert(key, line) {
                let what = format!("these points were counted before, on line {before}");
                let help = "write each combination once, with the sum of its counts".to_string();
                return self.data_fault(path, line, 1, what, Some(help));
            }
            counts[places[0] as usize].push((places[1], count));
        }
        Ok(counts)
    }

    fn data_fault<T>(
        &mut self,
        path: &Spanned<String>,
        line: u64,
        column: usize,
        what: String,
        help: Option<String>,
    ) -> Checked<T> {
        let place = format!("{}, line {line}, column {column}", path.node);
        self.fail(CheckError::Data { place, what, span: path.span, help })
    }

    /// The labels in a list of points, one a line; empty lines at the end are passed over.
    pub(super) fn listed_points(&mut self, path: &Spanned<String>) -> Checked<Vec<(String, usize)>> {
        let text = self.data(path)?;
        let mut points = Vec::new();
        for (number, line) in text.trim_end().lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.is_empty() {
                let help = Some("one point a line, without empty lines between them".to_string());
                return self.data_fault(path, number as u64 + 1, 1, "this line is empty".into(), help);
            }
            points.push((line.to_string(), number + 1));
        }
        Ok(points)
    }

    /// Reports a point that a list names twice.
    pub(super) fn doubled_listed_point<T>(
        &mut self,
        path: &Spanned<String>,
        point: &str,
        line: usize,
        before: usize,
    ) -> Checked<T> {
        let what = format!("the point `{}` was named before, on line {before}", label(&point.into()));
        self.data_fault(path, line as u64, 1, what, Some("each point is named once".into()))
    }
}
