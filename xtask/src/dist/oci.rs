//! A writer of container images: an OCI image layout in one tar archive, made without an engine.
//!
//! Guarantees: the image has one layer with what it is given and nothing else; the same input gives the same bytes.
//! Sources: OCI image-spec 1.1, "Image Layout", "Image Manifest", "Image Configuration".

use super::digest::sha256;
use super::tar::{Tree, gzip};
use serde_json::{Value, json};

/// Who runs in the container: a user that no file of the image belongs to.
pub(super) const USER: u32 = 65_532;

/// The archive of an image whose one layer is `files`.
pub(super) fn archive(files: &Tree, version: &str, revision: &str, epoch: u64) -> Result<Vec<u8>, String> {
    let layer = files.archive("", epoch)?;
    let packed = gzip(&layer)?;
    let created = date(epoch);
    let labels = json!({
        "org.opencontainers.image.title": "fastness",
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.revision": revision,
        "org.opencontainers.image.licenses": "Apache-2.0",
    });
    let configuration = text(&json!({
        "created": created,
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "User": format!("{USER}:{USER}"),
            "ExposedPorts": { "4566/tcp": {} },
            // Loopback, where a server listens by default, is the container's own.
            "Env": ["PATH=/usr/bin", "HOME=/var/lib/fastness", "FASTNESS_LISTEN=0.0.0.0:4566"],
            "Entrypoint": ["/usr/bin/fastness"],
            "Cmd": ["serve", "--data", "/var/lib/fastness"],
            "Volumes": { "/var/lib/fastness": {} },
            "WorkingDir": "/var/lib/fastness",
            "Labels": labels,
            "StopSignal": "SIGTERM",
        },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", sha256(&layer)?)] },
        "history": [{ "created": created, "created_by": "cargo xtask dist" }],
    }));
    let described = |kind: &str, blob: &[u8]| -> Result<Value, String> {
        Ok(json!({
            "mediaType": format!("application/vnd.oci.image.{kind}"),
            "digest": format!("sha256:{}", sha256(blob)?),
            "size": blob.len(),
        }))
    };
    let manifest = text(&json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": described("config.v1+json", &configuration)?,
        "layers": [described("layer.v1.tar+gzip", &packed)?],
        "annotations": labels,
    }));
    let mut entry = described("manifest.v1+json", &manifest)?;
    if let Some(entry) = entry.as_object_mut() {
        entry.insert("platform".into(), json!({ "architecture": "amd64", "os": "linux" }));
        entry.insert("annotations".into(), json!({ "org.opencontainers.image.ref.name": version }));
    }
    let index = text(&json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [entry],
    }));
    let mut layout = Tree::default();
    layout.file("oci-layout", 0o644, r#"{"imageLayoutVersion":"1.0.0"}"#);
    layout.file("index.json", 0o644, index);
    for blob in [configuration, manifest, packed] {
        layout.file(&format!("blobs/sha256/{}", sha256(&blob)?), 0o644, blob);
    }
    layout.archive("", epoch)
}

fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// RFC 3339 of a time.
pub(super) fn date(epoch: u64) -> String {
    let (year, month, day) = civil(epoch / 86_400);
    format!("{year:04}-{month:02}-{day:02}T{}Z", clock(epoch))
}

/// RFC 5322 of a time, as Debian's changelogs want it.
pub(super) fn mail_date(epoch: u64) -> String {
    const WEEK: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = epoch / 86_400;
    let (year, month, day) = civil(days);
    let name = |names: &[&'static str], at: u64| names.iter().cycle().nth(at as usize).copied().unwrap_or_default();
    format!("{}, {day:02} {} {year:04} {} +0000", name(&WEEK, days % 7), name(&MONTHS, month - 1), clock(epoch))
}

fn clock(epoch: u64) -> String {
    let seconds = epoch % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Year, month and day from the days since 1970 (the inverse of counting years of 365 days and their leap days).
fn civil(mut days: u64) -> (u64, u64, u64) {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::process::Command;

    fn json_of(path: &Path) -> Value {
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    /// The blob that a descriptor names, whose digest and size must be true.
    fn blob(folder: &Path, descriptor: &Value, media_type: &str) -> std::path::PathBuf {
        assert_eq!(descriptor["mediaType"], media_type);
        let digest = descriptor["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
        let path = folder.join("blobs/sha256").join(digest);
        let content = std::fs::read(&path).unwrap();
        assert_eq!(sha256(&content).unwrap(), digest);
        assert_eq!(descriptor["size"], content.len());
        path
    }

    #[test]
    fn every_descriptor_of_the_image_is_true_and_its_layer_unpacks() {
        let mut files = Tree::default();
        files.file("usr/bin/fastness", 0o755, "the program");
        files.directory("var/lib/fastness", 0o700, USER);
        let archive = archive(&files, "1.2.3", "abc", 1_000_000_000).unwrap();
        let folder = std::env::temp_dir().join(format!("fastness-oci-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let unpack = |archive: &Path, into: &Path| {
            let mut tar = Command::new("tar");
            assert!(tar.arg("-xf").arg(archive).arg("-C").arg(into).status().unwrap().success());
        };
        std::fs::write(folder.join("image.tar"), archive).unwrap();
        unpack(&folder.join("image.tar"), &folder);

        assert_eq!(json_of(&folder.join("oci-layout")), json!({ "imageLayoutVersion": "1.0.0" }));
        let index = json_of(&folder.join("index.json"));
        let manifest = blob(&folder, &index["manifests"][0], "application/vnd.oci.image.manifest.v1+json");
        let manifest = json_of(&manifest);
        assert_eq!(manifest["schemaVersion"], 2);
        let configuration = json_of(&blob(&folder, &manifest["config"], "application/vnd.oci.image.config.v1+json"));
        let layer = blob(&folder, &manifest["layers"][0], "application/vnd.oci.image.layer.v1.tar+gzip");
        let plain = Command::new("gzip").args(["-dc"]).stdin(std::fs::File::open(&layer).unwrap()).output().unwrap();
        assert_eq!(
            configuration["rootfs"],
            json!({ "type": "layers", "diff_ids": [format!("sha256:{}", sha256(&plain.stdout).unwrap())] })
        );
        assert_eq!(configuration["config"]["User"], "65532:65532");
        let root = folder.join("root");
        std::fs::create_dir(&root).unwrap();
        unpack(&layer, &root);
        assert_eq!(std::fs::read(root.join("usr/bin/fastness")).unwrap(), b"the program");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01T00:00:00Z");
        assert_eq!(date(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(date(1_000_000_000), "2001-09-09T01:46:40Z");
        assert_eq!(date(4_107_542_399), "2100-02-28T23:59:59Z");
        assert_eq!(date(4_107_542_400), "2100-03-01T00:00:00Z");
        assert_eq!(mail_date(0), "Thu, 01 Jan 1970 00:00:00 +0000");
        assert_eq!(mail_date(951_782_400), "Tue, 29 Feb 2000 00:00:00 +0000");
        assert_eq!(mail_date(1_000_000_000), "Sun, 09 Sep 2001 01:46:40 +0000");
    }
}
