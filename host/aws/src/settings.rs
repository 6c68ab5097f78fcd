//! The `joulework.toml` of a collection, where there is none.

use std::fs;
use std::path::Path;

use crate::error::AwsError;
use crate::pages::write_whole;

/// Writes a manifest for what is in the folder; one that is there belongs to the user.
pub(crate) fn write(folder: &Path) -> Result<(), AwsError> {
    let path = folder.join("joulework.toml");
    if path.exists() {
        return Ok(());
    }
    let mut text = String::from(
        "# What `joulework collect aws` left here. Workloads and units of work are yours to add.\n",
    );
    if folder.join("bill").is_dir() {
        text.push_str("\n# Days by service and usage type, from Cost Explorer: without resources.\n");
        text.push_str("[[bill]]\npath = \"bill\"\n");
    }
    if folder.join("cloudwatch").is_dir() {
        text.push_str(
            "\n# Hours of what resources used, from CloudWatch.\n[[utilisation]]\npath = \"cloudwatch\"\n",
        );
    }
    for (account, region) in places(&folder.join("logs"))? {
        text.push_str("\n[[lambda-logs]]\n");
        for (key, value) in [
            ("path", format!("logs/{account}/{region}")),
            ("account", account.clone()),
            ("region", region.clone()),
        ] {
            text.extend([key, " = \"", &value, "\"\n"]);
        }
    }
    write_whole(&path, text.as_bytes())
}

/// The accounts and regions that have a folder.
fn places(folder: &Path) -> Result<Vec<(String, String)>, AwsError> {
    let mut found = Vec::new();
    for account in names(folder)? {
        for region in names(&folder.join(&account))? {
            found.push((account.clone(), region));
        }
    }
    Ok(found)
}

fn names(folder: &Path) -> Result<Vec<String>, AwsError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |error: std::io::Error| AwsError::file(folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
