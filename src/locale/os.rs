//! The operating system's errors in every language. The English is the system's own.

use std::io::{Error, ErrorKind};

use super::Label;

/// Why the operating system refused. Rare reasons stay in the system's own words.
pub fn os_error(error: &Error) -> Label {
    let zh = match error.kind() {
        ErrorKind::NotFound => "没有该文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "文件已存在",
        ErrorKind::IsADirectory => "这是文件夹",
        ErrorKind::NotADirectory => "路径中有一段不是文件夹",
        ErrorKind::DirectoryNotEmpty => "文件夹不是空的",
        ErrorKind::ReadOnlyFilesystem => "文件系统只读",
        ErrorKind::StorageFull => "磁盘空间不足",
        ErrorKind::QuotaExceeded => "超出磁盘配额",
        ErrorKind::FileTooLarge => "文件过大",
        ErrorKind::ResourceBusy => "设备或资源正忙",
        ErrorKind::ExecutableFileBusy => "程序文件正在使用",
        ErrorKind::InvalidFilename => "文件名无效",
        ErrorKind::InvalidData => "内容无效",
        ErrorKind::UnexpectedEof => "内容不完整",
        ErrorKind::TimedOut => "超时",
        ErrorKind::Interrupted => "被中断",
        ErrorKind::OutOfMemory => "内存不足",
        ErrorKind::BrokenPipe => "接收方已关闭",
        _ => return Label::verbatim(error.to_string()),
    };
    Label::new(error.to_string(), zh)
}

/// How the system, git, SQLite and this program say that a disk is full. git speaks the language of its user.
const FULL: [&str; 7] = [
    "No space left on device",
    "Disk quota exceeded",
    "no storage space",
    "quota exceeded",
    "database or disk is full",
    "no room on the disk",
    "设备上没有空间",
];

/// Whether a message says that a disk is full.
pub fn tells_of_full_disk(message: &str) -> bool {
    FULL.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::{os_error, tells_of_full_disk};
    use std::io::{Error, ErrorKind};

    #[test]
    fn a_full_disk_is_known_by_every_message() {
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            assert!(tells_of_full_disk(&os_error(&kind.into()).en), "{kind}");
        }
        let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
        let of_system = rustix::io::Errno::NOSPC;
        for said in
            [full.to_string(), Error::from(of_system).to_string(), Error::from(rustix::io::Errno::DQUOT).to_string()]
        {
            assert!(tells_of_full_disk(&said), "{said}");
        }
        assert!(!tells_of_full_disk("the record is full of mistakes"));
    }

    #[test]
    fn what_a_missing_file_is_called() {
        let error = std::fs::read("/there/is/no/such/file").expect_err("there is none");
        let said = os_error(&error);
        assert_eq!((said.en, said.zh), (error.to_string(), "没有该文件或文件夹".to_owned()));
        assert!(os_error(&std::io::Error::other("odd")).zh.is_empty());
    }
}
