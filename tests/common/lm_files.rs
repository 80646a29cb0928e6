//! Files of a language model, written here by hand: these writers share no code with the readers that they test.

#![allow(dead_code, reason = "each test uses a part")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder of its own for a test, empty.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lm").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Bytes of 32-bit floats.
pub fn f32s(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|x| (*x as f32).to_le_bytes()).collect()
}

/// Bytes of 64-bit floats.
pub fn f64s(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// Bytes of 64-bit integers.
pub fn i64s(values: &[i64]) -> Vec<u8> {
    values.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// An `.npy` file as NumPy writes it.
pub fn npy(descr: &str, shape: &[usize], data: &[u8]) -> Vec<u8> {
    let sides: String = shape.iter().map(|s| format!("{s}, ")).collect();
    npy_with_header(&format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sides}), }}"), data)
}

/// An `.npy` file with any header.
pub fn npy_with_header(header: &str, data: &[u8]) -> Vec<u8> {
    let padding = 63 - (10 + header.len()) % 64;
    let header = format!("{header}{}\n", " ".repeat(padding));
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    out.extend(data);
    out
}

/// A safetensors file of tensors: name, kind, sides, bytes.
pub fn safetensors(tensors: &[(&str, &str, &[usize], Vec<u8>)]) -> Vec<u8> {
    let (mut entries, mut data) = (Vec::new(), Vec::<u8>::new());
    for (name, kind, shape, bytes) in tensors {
        let (begin, end) = (data.len(), data.len() + bytes.len());
        entries
            .push(format!("\"{name}\":{{\"dtype\":\"{kind}\",\"shape\":{shape:?},\"data_offsets\":[{begin},{end}]}}"));
        data.extend(bytes);
    }
    let header = format!("{{{}}}", entries.join(","));
    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend(header.as_bytes());
    out.extend(data);
    out
}

/// Writes a file and returns its path.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    path
}

/// Numbers that look random and are the same on every run, between -1 and 1.
pub struct Numbers(pub u64);

impl Numbers {
    /// The next word.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = self.0 ^ (self.0 >> 29);
        x.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11
    }

    /// The next number.
    pub fn unit(&mut self) -> f64 {
        self.word() as f64 / (1u64 << 52) as f64 - 1.0
    }

    /// Several.
    pub fn list(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.unit()).collect()
    }
}

/// Sides of the data that most tests use.
pub const STATES: usize = 2000;
/// Numbers of a state.
pub const WIDTH: usize = 12;
/// Tokens.
pub const TOKENS: usize = 50;

/// A head, states and tokens, in files of their own; tokens depend on the states, later tokens on both.
pub fn model(folder: &Path) {
    let mut numbers = Numbers(7);
    let head = numbers.list(TOKENS * WIDTH);
    let hidden: Vec<f64> =
        numbers.list(STATES * WIDTH).iter().enumerate().map(|(i, x)| x * 2.0 + (i % 3) as f64 * 0.2).collect();
    let best = |state: usize, shift: f64| {
        let h = &hidden[state * WIDTH..][..WIDTH];
        let logit = |w: usize| head[w * WIDTH..][..WIDTH].iter().zip(h).map(|(a, b)| a * b * shift).sum::<f64>();
        (0..TOKENS).max_by(|a, b| logit(*a).total_cmp(&logit(*b))).unwrap() as i64
    };
    let noise: Vec<u64> = (0..STATES).map(|_| numbers.word() % 4).collect();
    let next: Vec<i64> = (0..STATES).map(|s| if noise[s] == 0 { (s % TOKENS) as i64 } else { best(s, 1.0) }).collect();
    let future: Vec<i64> = (0..STATES).flat_map(|s| [next[s], (best(s, -1.0) + next[s]) % TOKENS as i64]).collect();
    write(folder, "head.npy", &npy("<f4", &[TOKENS, WIDTH], &f32s(&head)));
    write(folder, "bias.npy", &npy("<f4", &[TOKENS], &f32s(&numbers.list(TOKENS))));
    write(folder, "hidden.npy", &npy("<f4", &[STATES, WIDTH], &f32s(&hidden)));
    write(folder, "tokens.npy", &npy("<i8", &[STATES], &i64s(&next)));
    write(folder, "future.npy", &npy("<i8", &[STATES, 2], &i64s(&future)));
}
