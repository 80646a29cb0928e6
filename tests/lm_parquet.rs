//! States and tokens in Parquet files and in series of files: the results are those of one plain file, to the last bit, and
//! every fault is an error that names file, column and row.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mcheck::base::interrupt::Interrupt;
use mcheck::lm::error::LmError;
use mcheck::lm::find::Wanted;
use mcheck::lm::partial::Partial;
use mcheck::lm::run::{How, Precision, merge, run};
use miette::Diagnostic;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{
    ByteArray, ByteArrayType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

#[path = "common/lm_files.rs"]
mod files;

use files::{STATES, WIDTH, f32s, folder, i64s, model, npy, write};

/// One column of a file that is being written.
enum Column {
    /// Lists of floats, all there.
    Lists(Vec<Vec<f32>>),
    /// The same in double precision.
    Doubles(Vec<Vec<f64>>),
    /// Lists of 16-bit floats.
    Halves(Vec<Vec<u16>>),
    Longs(Vec<i64>),
    Words(Vec<i32>),
    /// Integers that may be missing.
    Gaps(Vec<Option<i64>>),
    Texts(Vec<&'static str>),
}

impl Column {
    fn declared(&self, name: &str) -> String {
        let list = |element: &str| {
            format!("OPTIONAL GROUP {name} (LIST) {{ REPEATED GROUP list {{ OPTIONAL {element} element; }} }}")
        };
        match self {
            Column::Lists(_) => list("FLOAT"),
            Column::Doubles(_) => list("DOUBLE"),
            // Without (FLOAT16), which is put there below: the words of a schema do not know it.
            Column::Halves(_) => list("FIXED_LEN_BYTE_ARRAY(2)").replace(" element;", " element (FLOAT16);"),
            Column::Longs(_) => format!("REQUIRED INT64 {name};"),
            Column::Words(_) => format!("REQUIRED INT32 {name} (INTEGER(16,false));"),
            Column::Gaps(_) => format!("OPTIONAL INT64 {name};"),
            Column::Texts(_) => format!("OPTIONAL BYTE_ARRAY {name} (UTF8);"),
        }
    }

    fn rows(&self) -> usize {
        match self {
            Column::Lists(rows) => rows.len(),
            Column::Doubles(rows) => rows.len(),
            Column::Halves(rows) => rows.len(),
            Column::Longs(rows) => rows.len(),
            Column::Words(rows) => rows.len(),
            Column::Gaps(rows) => rows.len(),
            Column::Texts(rows) => rows.len(),
        }
    }

    fn write(&self, from: usize, to: usize, out: &mut SerializedColumnWriter<'_>) {
        /// An empty list has one level of its own.
        fn levels<T>(rows: &[Vec<T>]) -> (Vec<i16>, Vec<i16>) {
            let definition = rows.iter().flat_map(|r| if r.is_empty() { vec![1] } else { vec![3; r.len()] }).collect();
            let repetition = rows.iter().flat_map(|r| (0..r.len().max(1)).map(|i| i16::from(i > 0))).collect();
            (definition, repetition)
        }
        match self {
            Column::Lists(rows) => {
                let (definition, repetition) = levels(&rows[from..to]);
                let values = rows[from..to].concat();
                out.typed::<FloatType>().write_batch(&values, Some(&definition), Some(&repetition)).unwrap();
            }
            Column::Doubles(rows) => {
                let (definition, repetition) = levels(&rows[from..to]);
                let values = rows[from..to].concat();
                out.typed::<DoubleType>().write_batch(&values, Some(&definition), Some(&repetition)).unwrap();
            }
            Column::Halves(rows) => {
                let (definition, repetition) = levels(&rows[from..to]);
                let values: Vec<_> =
                    rows[from..to].concat().iter().map(|h| ByteArray::from(h.to_le_bytes().to_vec()).into()).collect();
                out.typed::<FixedLenByteArrayType>()
                    .write_batch(&values, Some(&definition), Some(&repetition))
                    .unwrap();
            }
            Column::Longs(rows) => {
                out.typed::<Int64Type>().write_batch(&rows[from..to], None, None).unwrap();
            }
            Column::Words(rows) => {
                out.typed::<Int32Type>().write_batch(&rows[from..to], None, None).unwrap();
            }
            Column::Gaps(rows) => {
                let definition: Vec<i16> = rows[from..to].iter().map(|r| i16::from(r.is_some())).collect();
                let values: Vec<i64> = rows[from..to].iter().flatten().copied().collect();
                out.typed::<Int64Type>().write_batch(&values, Some(&definition), None).unwrap();
            }
            Column::Texts(rows) => {
                let values: Vec<ByteArray> = rows[from..to].iter().map(|t| ByteArray::from(*t)).collect();
                out.typed::<ByteArrayType>().write_batch(&values, Some(&vec![1; to - from]), None).unwrap();
            }
        }
    }
}

/// Writes a file with so many rows in a group.
fn save(path: &Path, columns: &[(&str, Column)], group: usize, compression: Compression) {
    let fields: String = columns.iter().map(|(name, column)| column.declared(name)).collect();
    let schema = Arc::new(parse_message_type(&format!("message states {{ {fields} }}")).unwrap());
    let properties = WriterProperties::builder().set_compression(compression).set_data_page_row_count_limit(70).build();
    let mut writer = SerializedFileWriter::new(fs::File::create(path).unwrap(), schema, Arc::new(properties)).unwrap();
    let rows = columns[0].1.rows();
    for from in (0..rows).step_by(group) {
        let mut out = writer.next_row_group().unwrap();
        for (_, column) in columns {
            let mut next = out.next_column().unwrap().unwrap();
            column.write(from, (from + group).min(rows), &mut next);
            next.close().unwrap();
        }
        out.close().unwrap();
    }
    writer.close().unwrap();
}

/// The states and next tokens that `model` wrote.
fn data(folder: &Path) -> (Vec<Vec<f32>>, Vec<i64>) {
    let read = |name: &str, bytes: usize| {
        let all = fs::read(folder.join(name)).unwrap();
        all[all.len() - bytes..].to_vec()
    };
    let floats = read("hidden.npy", STATES * WIDTH * 4);
    let floats: Vec<f32> = floats.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let tokens = read("tokens.npy", STATES * 8);
    let tokens = tokens.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b)).collect();
    (floats.chunks(WIDTH).map(<[f32]>::to_vec).collect(), tokens)
}

/// A folder with the head and its bias alone, and what was in the other files.
fn beside(name: &str) -> (PathBuf, Vec<Vec<f32>>, Vec<i64>) {
    let folder = folder(name);
    model(&folder);
    let (states, tokens) = data(&folder);
    for file in ["hidden.npy", "tokens.npy", "future.npy"] {
        fs::remove_file(folder.join(file)).unwrap();
    }
    (folder, states, tokens)
}

fn analyse(folder: &Path, shard: (u64, u64)) -> Result<(Partial, String), LmError> {
    let wanted = Wanted { paths: vec![folder.display().to_string()], ..Wanted::default() };
    let interrupt = Interrupt::default();
    let how =
        How { precision: Precision::Single, threads: 2, seed: 1, shard, interrupt: &interrupt, progress: &|_, _| {} };
    let (partial, analysis) = run(&wanted, &how)?;
    Ok((partial, format!("{analysis:?}")))
}

/// What comes out of plain files with the same numbers.
fn plain(name: &str, states: &[Vec<f32>], tokens: &[i64]) -> String {
    let (folder, ..) = beside(name);
    let numbers: Vec<f64> = states.concat().iter().map(|x| f64::from(*x)).collect();
    write(&folder, "hidden.npy", &npy("<f4", &[states.len(), WIDTH], &f32s(&numbers)));
    write(&folder, "tokens.npy", &npy("<i8", &[tokens.len()], &i64s(tokens)));
    analyse(&folder, (1, 1)).unwrap().1
}

#[test]
fn columns_are_read_as_they_were_written() {
    let (folder, states, tokens) = beside("parquet_columns");
    let expected = plain("parquet_plain", &states, &tokens);
    let path = folder.join("states.parquet");
    let words = || Column::Words(tokens.iter().map(|t| *t as i32).collect());
    let columns = || [("hidden", Column::Lists(states.clone())), ("tokens", words())];
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
        Compression::GZIP(Default::default()),
    ] {
        for group in [STATES, 333, 256] {
            save(&path, &columns(), group, compression);
            assert_eq!(analyse(&folder, (1, 1)).unwrap().1, expected, "{compression}, groups of {group}");
        }
    }
    let doubles = states.iter().map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
    save(&path, &[("hidden", Column::Doubles(doubles)), ("tokens", words())], 500, Compression::SNAPPY);
    assert_eq!(analyse(&folder, (1, 1)).unwrap().1, expected);
    // Numbers that 16 bits hold.
    let halves: Vec<Vec<u16>> =
        (0..STATES).map(|s| (0..WIDTH).map(|i| 0x3c00 + (s * 7 + i * 3) as u16 % 512).collect()).collect();
    let floats: Vec<Vec<f32>> =
        halves.iter().map(|row| row.iter().map(|h| 1.0 + f32::from(h - 0x3c00) / 1024.0).collect()).collect();
    save(&path, &[("hidden", Column::Halves(halves)), ("tokens", words())], 500, Compression::SNAPPY);
    assert_eq!(analyse(&folder, (1, 1)).unwrap().1, plain("parquet_halves", &floats, &tokens));
}

#[test]
fn a_series_of_files_is_one_tensor() {
    let (folder, states, tokens) = beside("parquet_series");
    let expected = plain("parquet_series_plain", &states, &tokens);
    // More than ten files, so that the order of names is not that of numbers, and lengths that are no multiples of blocks.
    let ends: Vec<usize> = (0..=12).map(|k| (k * k * 13 + k).min(STATES)).chain([STATES]).collect();
    for (part, range) in ends.windows(2).enumerate() {
        let range = range[0]..range[1];
        let columns = [
            ("hidden", Column::Lists(states[range.clone()].to_vec())),
            ("tokens", Column::Longs(tokens[range].to_vec())),
        ];
        save(&folder.join(format!("part-{part}.parquet")), &columns, 100, Compression::SNAPPY);
    }
    assert_eq!(analyse(&folder, (1, 1)).unwrap().1, expected);
    // Shards begin within files and within groups of rows.
    let parts: Vec<String> = (1..=3)
        .map(|k| {
            let path = folder.join(format!("{k}.part"));
            analyse(&folder, (k, 3)).unwrap().0.write(&path).unwrap();
            path.display().to_string()
        })
        .collect();
    let whole = analyse(&folder, (1, 1)).unwrap().0;
    assert_eq!(format!("{:?}", merge(&parts).unwrap()), format!("{whole:?}"));
    // A series of plain files, with the tokens in one file.
    let (folder, ..) = beside("npy_series");
    for (part, range) in [0..700, 700..701, 701..STATES].into_iter().enumerate() {
        let numbers: Vec<f64> = states[range.clone()].concat().iter().map(|x| f64::from(*x)).collect();
        fs::create_dir_all(folder.join(part.to_string())).unwrap();
        let safe = files::safetensors(&[("hidden", "F32", &[range.len(), WIDTH], f32s(&numbers))]);
        write(&folder, &format!("states_{part}.safetensors"), &safe);
    }
    write(&folder, "tokens.npy", &npy("<i8", &[tokens.len()], &i64s(&tokens)));
    assert_eq!(analyse(&folder, (1, 1)).unwrap().1, expected);
}

/// A fault, the code and the words that its message must have.
fn fault(name: &str, columns: &[(&str, Column)], code: &str, words: &[&str]) {
    let (folder, ..) = beside(name);
    save(&folder.join("states.parquet"), columns, 300, Compression::SNAPPY);
    refused(&folder, code, words);
}

fn refused(folder: &Path, code: &str, words: &[&str]) {
    let error = analyse(folder, (1, 1)).map(|(_, shown)| shown).unwrap_err();
    assert_eq!(error.code().unwrap().to_string(), code, "{error}");
    let text = format!("{error} {}", error.help().map(|h| h.to_string()).unwrap_or_default());
    words.iter().for_each(|word| assert!(text.contains(word), "`{word}` is not in: {text}"));
}

#[test]
fn faults_are_named() {
    let (folder, states, tokens) = beside("parquet_faults");
    let longs = || Column::Longs(tokens.clone());
    let with = |row: usize, list: Vec<f32>| {
        let mut states = states.clone();
        states[row] = list;
        Column::Lists(states)
    };
    let ragged = || [("hidden", with(700, vec![1.0; 5])), ("tokens", longs())];
    fault("ragged", &ragged(), "lm::dtype", &["hidden", "states.parquet", "lists of different lengths"]);
    // The numbers are as many as they should be, and lie in the wrong rows.
    let mut shifted = states.clone();
    (shifted[700], shifted[900]) = (vec![1.0; WIDTH - 1], vec![1.0; WIDTH + 1]);
    let shifted = [("hidden", Column::Lists(shifted)), ("tokens", longs())];
    fault("shifted", &shifted, "lm::format", &["states.parquet", "row 700", "list of 11", "others have 12"]);
    let mut empty = states.clone();
    (empty[400], empty[401]) = (vec![], vec![1.0; 2 * WIDTH - 1]);
    let empty = [("hidden", Column::Lists(empty)), ("tokens", longs())];
    fault("empty", &empty, "lm::not_finite", &["nothing", "row 400", "hidden", "states.parquet"]);
    let mut list = vec![0.5; WIDTH];
    list[3] = f32::NAN;
    let nan = [("hidden", with(1300, list)), ("tokens", longs())];
    fault("nan", &nan, "lm::not_finite", &["NaN", "row 1300, column 3", "hidden"]);
    let gaps = Column::Gaps(tokens.iter().enumerate().map(|(s, t)| (s != 650).then_some(*t)).collect());
    let gaps = [("hidden", Column::Lists(states.clone())), ("tokens", gaps)];
    fault("gaps", &gaps, "lm::not_finite", &["nothing", "row 650", "tokens"]);
    let texts = [("hidden", Column::Lists(states.clone())), ("tokens", Column::Texts(vec!["a"; STATES]))];
    fault("texts", &texts, "lm::dtype", &["next tokens", "texts", "integers"]);

    let path = folder.join("states.parquet");
    let sound = [("hidden", Column::Lists(states.clone())), ("tokens", longs())];
    save(&path, &sound, 300, Compression::SNAPPY);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 100]).unwrap();
    refused(&folder, "lm::format", &["states.parquet", "Parquet"]);
    fs::write(&path, b"PAR1").unwrap();
    refused(&folder, "lm::format", &["states.parquet", "Parquet"]);
    fs::remove_file(&path).unwrap();

    // Series whose files do not fit.
    let part = |k: usize, states: &[Vec<f32>], tokens: &[i64]| {
        let columns = [("hidden", Column::Lists(states.to_vec())), ("tokens", Column::Longs(tokens.to_vec()))];
        save(&folder.join(format!("part-{k}.parquet")), &columns, 300, Compression::SNAPPY);
    };
    let short: Vec<Vec<f32>> = states[1000..].iter().map(|row| row[..5].to_vec()).collect();
    part(0, &states[..1000], &tokens[..1000]);
    part(1, &short, &tokens[1000..]);
    refused(&folder, "lm::shape", &["part-1.parquet", "[1000, 5]", "part-0.parquet", "[1000, 12]"]);
    for k in 0..2 {
        fs::remove_file(folder.join(format!("part-{k}.parquet"))).unwrap();
        let range = k * 1000..(k + 1) * 1000;
        save(
            &folder.join(format!("h{k}.parquet")),
            &[("hidden", Column::Lists(states[range].to_vec()))],
            300,
            Compression::SNAPPY,
        );
        let range = [0..999, 999..STATES][k].clone();
        save(
            &folder.join(format!("t{k}.parquet")),
            &[("tokens", Column::Longs(tokens[range].to_vec()))],
            300,
            Compression::SNAPPY,
        );
    }
    refused(&folder, "lm::shape", &["next tokens", "t0.parquet", "[999]", "h0.parquet", "1000 rows"]);
    let mut bad = tokens[1000..].to_vec();
    bad[77] = 50;
    save(&folder.join("t0.parquet"), &[("tokens", Column::Longs(tokens[..1000].to_vec()))], 300, Compression::SNAPPY);
    save(&folder.join("t1.parquet"), &[("tokens", Column::Longs(bad))], 300, Compression::SNAPPY);
    refused(&folder, "lm::token_range", &["token 50 at row 77", "t1.parquet"]);
}

/// Whatever is changed in a file, there is a result or an error.
#[test]
fn broken_files_are_errors() {
    let (folder, states, tokens) = beside("parquet_broken");
    let path = folder.join("states.parquet");
    let columns = [
        ("hidden", Column::Lists(states[..300].to_vec())),
        ("tokens", Column::Gaps(tokens[..300].iter().map(|t| Some(*t)).collect())),
    ];
    save(&path, &columns, 150, Compression::SNAPPY);
    let bytes = fs::read(&path).unwrap();
    let mut numbers = files::Numbers(11);
    let (mut refused, mut panics) = (0, Vec::new());
    for round in 0..600 {
        let mut changed = bytes.clone();
        // The footer, which is read first, is the shorter part of the file.
        let from = if round % 2 == 0 { 0 } else { bytes.len().saturating_sub(900) };
        for _ in 0..1 + round % 3 {
            let at = from + (numbers.word() as usize) % (bytes.len() - from);
            changed[at] = match round % 4 {
                0 => 0xff,
                1 => changed[at].wrapping_add(1),
                _ => numbers.word() as u8,
            };
        }
        fs::write(&path, &changed).unwrap();
        match catch_unwind(|| analyse(&folder, (1, 1)).map(drop)) {
            Ok(Ok(())) => {}
            Ok(Err(_)) => refused += 1,
            Err(_) => panics.push(round),
        }
    }
    assert!(panics.is_empty(), "rounds {panics:?} ended in a panic");
    assert!(refused > 100, "only {refused} of 600 changes were noticed");
}
