//! The seeds of the fuzz target for components that do something: too small for a compiler of a language to make.
//!
//! `JOULEWORK_REFRESH=1` writes them again, for a new contract.

use std::fs;
use std::path::{Path, PathBuf};

use joulework::engine::pipeline::roots;
use joulework::runtime::{Pipeline, Stage};

use crate::guest::{handmade, handmade_of};
use crate::run::{rows, runtime};

/// Where the data of a made module begins.
const BASE: u32 = 32_768;
const MEMORY: &str = "(memory (export \"memory\") 1)";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/seeds/loader")
}

/// The seed of a name, which `make` makes.
#[allow(clippy::disallowed_methods, reason = "the switch of all tests that write what they expect")]
fn seed(name: &str, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    let path = folder().join(name);
    if std::env::var_os("JOULEWORK_REFRESH").is_some() {
        fs::write(&path, make()).unwrap();
    }
    fs::read(path).unwrap()
}

/// Data of a module in the canonical form of components, part by part.
#[derive(Default)]
struct Image(Vec<u8>);

impl Image {
    /// Writes bytes where any value may lie, and says where.
    fn put(&mut self, bytes: &[u8]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        let place = BASE + u32::try_from(self.0.len()).unwrap();
        self.0.extend(bytes);
        place
    }

    fn words(&mut self, words: &[u32]) -> u32 {
        self.put(&bytes(words))
    }

    /// A text or a list: place and length.
    fn text(&mut self, text: &str) -> [u32; 2] {
        [self.put(text.as_bytes()), u32::try_from(text.len()).unwrap()]
    }

    /// The text format of it.
    fn shown(&self) -> String {
        self.0.iter().fold(String::new(), |text, byte| text + &format!("\\{byte:02x}"))
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A plugin of one output, which it gives as one number for all rows, or as a category for each of two.
fn estimates(is_category: bool) -> Vec<u8> {
    const NONE: [u32; 2] = [0, 0];
    let mut image = Image::default();
    let [id, version, doc] = ["p", "1.0.0", "d"].map(|text| image.text(text));
    let [name, input, table] = ["p.a", "region-id", "t"].map(|text| image.text(text));
    let unit = image.text(if is_category { "" } else { "1" });
    // A category that is neither additive nor optional nor of a table.
    let inputs = [input[0], input[1], 2, 0, 0, 0x0100, 0, 0, doc[0], doc[1]];
    let inputs = image.words(&inputs);
    let kind = if is_category { 2 } else { 0 };
    let outputs = [name[0], name[1], kind, unit[0], unit[1], 0, doc[0], doc[1], 0, 0, 0, 0, 0, 0, 0];
    let outputs = image.words(&outputs);
    let said = [id, version, doc, doc, [inputs, 1], [outputs, 1], NONE, NONE, NONE, NONE, NONE].concat();
    let described = image.words(&said);
    let mut column = bytes(&name);
    if is_category {
        let value = image.text("x");
        let (values, codes) = (image.words(&value), image.words(&[0, u32::MAX]));
        column.extend(bytes(&[3, 0, values, 1, codes, 2, 0, 0, 0, 0]));
    } else {
        column.extend(bytes(&[0, 0]));
        column.extend(1.5_f64.to_le_bytes());
        column.extend([0; 24]);
    }
    let columns = image.put(&column);
    let estimated = image.words(&[0, 2, columns, 1, 0, 0, 0, 0, 0, 0]);
    let explained = image.words(&[0; 10]);
    let listed = image.words(&[table[0], table[1], 2, columns, 1]);
    let listed = image.words(&[listed, 1]);
    let model = image.words(&[0; 10]);
    let parts = format!(
        "(import \"[export]joulework:plugin/estimator@0.1.0\" \"[resource-new]model\"
            (func $new (param i32) (result i32)))
         {MEMORY} (data (i32.const {BASE}) \"{}\")",
        image.shown()
    );
    let place = |place: u32| format!("(i32.const {place})");
    let configure =
        format!("(i32.store offset=4 (i32.const {model}) (call $new (i32.const 7))) (i32.const {model})");
    let bodies = [place(described), place(listed), configure, place(estimated), place(explained)];
    handmade_of(&parts, bodies.each_ref().map(String::as_str))
}

#[test]
fn small_plugins_for_the_fuzzer_are_admitted_and_estimate() {
    for (name, is_category) in [("estimates", false), ("estimates-category", true)] {
        let plugin = runtime().admit(name, &seed(name, || estimates(is_category))).unwrap();
        assert_eq!(plugin.tables().unwrap().len(), 1, "{name}");
        let pipeline = Pipeline::link(vec![Stage::new(plugin)], &roots()).unwrap();
        let mut batch = rows(&pipeline);
        batch.rows = 2;
        for column in &mut batch.columns {
            column.data = joulework::runtime::Data::categories([Some("a"), Some("b")]);
        }
        let (frame, explained) = pipeline.session().explain(batch).unwrap();
        let column = frame.column("p.a").unwrap();
        assert_eq!(column.number(1), (!is_category).then_some(1.5), "{name}");
        assert_eq!(column.text(0), is_category.then_some("x"), "{name}");
        assert_eq!(explained.len(), 1);
    }
}

#[test]
fn small_plugins_for_the_fuzzer_misbehave() {
    let start = |body: &str| handmade(&format!("{MEMORY} (func $f {body}) (start $f)"), "unreachable");
    let large = "(memory (export \"memory\") 10000)";
    for (name, code, bytes) in [
        ("traps", "plugin.panic", handmade(MEMORY, "unreachable")),
        ("loops-at-start-up", "limit.fuel", start("(loop br 0)")),
        ("recursion", "limit.stack", start("(call $f)")),
        ("large-memory", "limit.memory", handmade(large, "unreachable")),
        ("bad-pointer", "plugin.malformed", handmade(MEMORY, "(i32.const 0x7ffffff0)")),
    ] {
        let fault = runtime().admit(name, &seed(name, || bytes)).unwrap_err();
        assert_eq!(fault.code(), code, "{name}: {fault}");
    }
}
