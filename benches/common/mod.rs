//! What the benches share: a clock, a median, and random numbers that are the same on every run.

/// Seconds of processor time that this process has used: what others do on the machine does not count.
pub(crate) fn processor_seconds() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

/// The result of a computation and the seconds that it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = processor_seconds();
    let result = work();
    (result, processor_seconds() - start)
}

/// The median; of an even number, the upper of the two in the middle.
pub(crate) fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// Seconds with a unit that keeps three digits before the point at most.
pub(crate) fn shown(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s if s >= 1e-6 => format!("{:.2} µs", s * 1e6),
        s => format!("{:.0} ns", s * 1e9),
    }
}

/// The first argument that is a number; cargo adds arguments of its own.
pub(crate) fn number_argument() -> Option<usize> {
    std::env::args().skip(1).find_map(|a| a.parse().ok())
}

/// Steele, Lea and Flood's SplitMix64: good enough numbers from a few lines.
#[derive(Debug, Clone)]
pub(crate) struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound
    }
}
