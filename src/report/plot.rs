//! Small plots as SVG, written by hand: a page that holds them needs nothing from elsewhere.

use std::fmt::Write;

/// One curve or one row of points.
#[derive(Debug, Clone)]
pub struct Series {
    /// What it is.
    pub name: String,
    /// Its points.
    pub points: Vec<(f64, f64)>,
    /// How it is drawn.
    pub kind: Kind,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line through the points.
    Line,
    /// Dots.
    Dots,
    /// Bars from zero, of the width of the distance between neighbours.
    Bars,
}

/// A plot.
#[derive(Debug, Clone)]
pub struct Plot {
    /// Its title.
    pub title: String,
    /// What the horizontal axis shows.
    pub x: String,
    /// What the vertical axis shows.
    pub y: String,
    /// Whether the vertical axis is logarithmic; then points that are not positive are left out.
    pub log: bool,
    /// What is drawn.
    pub series: Vec<Series>,
}

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 270.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 42.0;

/// Height of a line of the legend.
const LEGEND: f64 = 16.0;

/// Colours that people with any kind of colour vision tell apart (Okabe and Ito).
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// Text for XML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An axis: the range of values, and where its marks stand.
struct Axis {
    low: f64,
    high: f64,
    log: bool,
    marks: Vec<f64>,
}

impl Axis {
    fn new(values: impl Iterator<Item = f64> + Clone, log: bool, zero: bool) -> Axis {
        let (mut low, mut high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            (low, high) = if log { (1.0, 10.0) } else { (0.0, 1.0) };
        }
        if log {
            let (a, mut b) = (low.log10().floor(), high.log10().ceil());
            if a == b {
                b += 1.0;
            }
            let step = ((b - a) / 6.0).ceil().max(1.0) as usize;
            let marks = (a as i32..=b as i32).step_by(step).map(|e| 10f64.powi(e)).collect();
            return Axis { low: 10f64.powf(a), high: 10f64.powf(b), log, marks };
        }
        if zero {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if low == high {
            (low, high) = (low - 0.5 * low.abs().max(1.0), high + 0.5 * high.abs().max(1.0));
        }
        let rough = (high - low) / 5.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(rough);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let marks = (0..=(last - first) as usize).map(|i| (first + i as f64) * step).collect();
        Axis { low: first * step, high: last * step, log, marks }
    }

    /// Where a value stands, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        if self.log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }
}

fn mark(value: f64, log: bool) -> String {
    if log {
        return format!("1e{}", value.log10().round());
    }
    let rounded = (value * 1e9).round() / 1e9;
    match rounded.abs() {
        0.0 => "0".into(),
        size if !(1e-3..1e5).contains(&size) => format!("{rounded:e}"),
        _ => format!("{rounded}"),
    }
}

impl Plot {
    /// The plot as an SVG element.
    pub fn svg(&self) -> String {
        let shown = |p: &&(f64, f64)| p.0.is_finite() && p.1.is_finite() && (!self.log || p.1 > 0.0);
        let points = self.series.iter().flat_map(|s| s.points.iter().filter(shown));
        let bars = self.series.iter().any(|s| s.kind == Kind::Bars);
        let x = Axis::new(points.clone().map(|p| p.0), false, false);
        let y = Axis::new(points.map(|p| p.1), self.log, bars);
        let across = |v: f64| LEFT + (WIDTH - LEFT - RIGHT) * x.place(v);
        let down = |v: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y.place(v);
        let legend = if self.series.len() > 1 { LEGEND * self.series.len() as f64 } else { 0.0 };
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\">\n<title>{title}</title>\n<text x=\"{LEFT}\" y=\"18\" font-size=\"13\" font-weight=\"bold\">{title}</text>\n",
            HEIGHT + legend,
            title = escaped(&self.title)
        );
        self.frame(&mut out, &x, &y, &across, &down);
        for (number, series) in self.series.iter().enumerate() {
            let colour = COLOURS[number % COLOURS.len()];
            let points: Vec<(f64, f64)> =
                series.points.iter().filter(shown).map(|p| (across(p.0), down(p.1))).collect();
            draw(&mut out, series.kind, &points, down(if self.log { y.low } else { 0.0f64.max(y.low) }), colour);
            if self.series.len() > 1 {
                // Below the axis, where no curve can hide it.
                let line = HEIGHT + 10.0 + LEGEND * number as f64;
                let _ = writeln!(
                    out,
                    "<rect x=\"{LEFT}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{colour}\"/><text x=\"{}\" y=\"{line}\">{}</text>",
                    line - 9.0,
                    LEFT + 16.0,
                    escaped(&series.name)
                );
            }
        }
        out.push_str("</svg>\n");
        out
    }

    fn frame(&self, out: &mut String, x: &Axis, y: &Axis, across: &dyn Fn(f64) -> f64, down: &dyn Fn(f64) -> f64) {
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        for value in &y.marks {
            let at = down(*value);
            let _ = writeln!(
                out,
                "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                at + 4.0,
                mark(*value, y.log)
            );
        }
        for value in &x.marks {
            let at = across(*value);
            let _ = writeln!(
                out,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{bottom}\" y2=\"{}\" stroke=\"#888\"/><text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                bottom + 4.0,
                bottom + 16.0,
                mark(*value, false)
            );
        }
        let _ = writeln!(
            out,
            "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{bottom}\" y2=\"{bottom}\" stroke=\"#444\"/>\n<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n<text x=\"14\" y=\"{}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {})\">{}</text>",
            (LEFT + right) / 2.0,
            HEIGHT - 8.0,
            escaped(&self.x),
            (TOP + bottom) / 2.0,
            (TOP + bottom) / 2.0,
            escaped(&self.y)
        );
    }
}

fn draw(out: &mut String, kind: Kind, points: &[(f64, f64)], floor: f64, colour: &str) {
    let _ = match kind {
        Kind::Line => {
            let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            writeln!(
                out,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>",
                path.join(" ")
            )
        }
        Kind::Dots => points
            .iter()
            .try_for_each(|(x, y)| writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.2\" fill=\"{colour}\"/>")),
        Kind::Bars => {
            let width = points.windows(2).map(|w| w[1].0 - w[0].0).fold(8.0, f64::min).max(1.0) * 0.9;
            points.iter().try_for_each(|(x, y)| {
                let (top, height) = (y.min(floor), (y - floor).abs());
                let left = x - width / 2.0;
                writeln!(
                    out,
                    "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{colour}\"/>"
                )
            })
        }
    };
}
