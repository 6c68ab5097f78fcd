//! Completions and man pages name every command.

use std::path::Path;

use super::joulework;

const COMMANDS: [&str; 10] =
    ["report", "estimate", "explain", "compare", "verify", "init", "factors", "completions", "man", "plugin"];

#[test]
fn completions_and_pages_name_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = joulework(folder.path(), &["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        for command in COMMANDS {
            assert!(script.contains(command), "{shell} does not know {command}");
        }
    }
    let page = String::from_utf8(joulework(folder.path(), &["man"]).stdout).unwrap();
    assert!(joulework(folder.path(), &["man", "--output", "pages"]).status.success());
    for command in COMMANDS {
        assert!(page.contains(&format!("joulework\\-{command}(1)")), "{command}");
        assert!(folder.path().join(Path::new("pages")).join(format!("joulework-{command}.1")).is_file());
    }
}
