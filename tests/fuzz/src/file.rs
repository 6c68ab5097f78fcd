//! The input as a file: readers open paths, some of them more than once.

use std::path::PathBuf;
use std::sync::LazyLock;

/// A file of this process with these bytes, in the place of the one before it. `TMPDIR` says where; best in memory.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = std::env::temp_dir().join(format!("joulework-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the input");
        folder
    });
    let path = FOLDER.join(name);
    std::fs::write(&path, bytes).expect("a file for the input");
    path
}
