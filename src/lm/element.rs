//! The kinds of numbers in files, and their bytes as floats and integers.

use std::fmt;

/// How one number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// What it is.
    pub kind: Kind,
    /// Whether its highest byte comes first.
    pub big_endian: bool,
}

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    F64,
    F32,
    F16,
    BF16,
    /// A signed integer of so many bytes.
    Int(u8),
    /// An unsigned integer of so many bytes.
    Uint(u8),
}

impl Kind {
    /// Bytes of one number.
    pub fn bytes(self) -> usize {
        match self {
            Kind::F64 => 8,
            Kind::F32 => 4,
            Kind::F16 | Kind::BF16 => 2,
            Kind::Int(bytes) | Kind::Uint(bytes) => bytes as usize,
        }
    }

    /// Whether it is a float.
    pub fn is_float(self) -> bool {
        !matches!(self, Kind::Int(_) | Kind::Uint(_))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::F64 => f.write_str("64-bit floats"),
            Kind::F32 => f.write_str("32-bit floats"),
            Kind::F16 => f.write_str("16-bit floats"),
            Kind::BF16 => f.write_str("bfloat16 floats"),
            Kind::Int(bytes) => write!(f, "{}-bit integers", u32::from(*bytes) * 8),
            Kind::Uint(bytes) => write!(f, "unsigned {}-bit integers", u32::from(*bytes) * 8),
        }
    }
}

impl Element {
    /// A number whose lowest byte comes first.
    pub fn little(kind: Kind) -> Element {
        Element { kind, big_endian: false }
    }

    /// Hands each number of some bytes to `take` as a double, which holds every float exactly. Of integers nothing is handed
    /// over: the caller has refused them.
    pub fn floats(self, bytes: &[u8], mut take: impl FnMut(f64)) {
        match self.kind {
            Kind::F64 => self.each(bytes, |b| take(f64::from_le_bytes(b))),
            Kind::F32 => self.each(bytes, |b| take(f64::from(f32::from_le_bytes(b)))),
            Kind::F16 => self.each(bytes, |b| take(f64::from(half::f16::from_le_bytes(b)))),
            Kind::BF16 => self.each(bytes, |b| take(f64::from(half::bf16::from_le_bytes(b)))),
            Kind::Int(_) | Kind::Uint(_) => {}
        }
    }

    /// Hands each number of some bytes to `take` as an integer. Of floats nothing is handed over: the caller has refused
    /// them.
    pub fn integers(self, bytes: &[u8], mut take: impl FnMut(i128)) {
        match self.kind {
            Kind::Int(1) => self.each(bytes, |b| take(i8::from_le_bytes(b).into())),
            Kind::Int(2) => self.each(bytes, |b| take(i16::from_le_bytes(b).into())),
            Kind::Int(4) => self.each(bytes, |b| take(i32::from_le_bytes(b).into())),
            Kind::Int(_) => self.each(bytes, |b| take(i64::from_le_bytes(b).into())),
            Kind::Uint(1) => self.each(bytes, |b| take(u8::from_le_bytes(b).into())),
            Kind::Uint(2) => self.each(bytes, |b| take(u16::from_le_bytes(b).into())),
            Kind::Uint(4) => self.each(bytes, |b| take(u32::from_le_bytes(b).into())),
            Kind::Uint(_) => self.each(bytes, |b| take(u64::from_le_bytes(b).into())),
            Kind::F64 | Kind::F32 | Kind::F16 | Kind::BF16 => {}
        }
    }

    fn each<const N: usize>(self, bytes: &[u8], mut take: impl FnMut([u8; N])) {
        for chunk in bytes.as_chunks::<N>().0 {
            let mut number = *chunk;
            if self.big_endian {
                number.reverse();
            }
            take(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_its_bytes() {
        let floats = |element: Element, bytes: &[u8]| {
            let mut found = Vec::new();
            element.floats(bytes, |x| found.push(x));
            found
        };
        assert_eq!(floats(Element::little(Kind::F64), &1.5f64.to_le_bytes()), [1.5]);
        assert_eq!(floats(Element::little(Kind::F32), &[0, 0, 0xc0, 0x3f, 0, 0, 0, 0x80]), [1.5, -0.0]);
        assert_eq!(floats(Element::little(Kind::F16), &[0x00, 0x3e]), [1.5]);
        assert_eq!(floats(Element::little(Kind::BF16), &[0xc0, 0x3f]), [1.5]);
        assert_eq!(floats(Element { kind: Kind::F32, big_endian: true }, &[0x3f, 0xc0, 0, 0]), [1.5]);
        let mut found = Vec::new();
        Element::little(Kind::Uint(8)).integers(&u64::MAX.to_le_bytes(), |i| found.push(i));
        Element::little(Kind::Int(2)).integers(&(-3i16).to_le_bytes(), |i| found.push(i));
        Element { kind: Kind::Int(4), big_endian: true }.integers(&[0, 0, 1, 2], |i| found.push(i));
        assert_eq!(found, [i128::from(u64::MAX), -3, 258]);
    }
}
