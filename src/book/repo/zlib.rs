//! Bytes in the format of git's loose objects: a zlib stream (RFC 1950, 1951).

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::ZlibDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};

/// Up to this many bytes are stored without compression. Their file takes one disk block in both cases, and preparing
/// a compressor takes longer than everything that git does with so few bytes.
const STORED: usize = 4_000;

/// Up to this many bytes are stored without compression in packs too: little could be gained.
const TINY: usize = 100;

/// The largest prime below 65,536, the modulus of Adler-32.
const ADLER: u32 = 65_521;

/// Makes one stream after another with the same compressor.
#[derive(Debug, Default)]
pub(super) struct Zlib {
    compressor: Option<Compress>,
    bytes: Vec<u8>,
}

impl Zlib {
    /// The stream of some bytes.
    ///
    /// # Errors
    /// If the compressor fails.
    pub(super) fn stream(&mut self, bytes: &[u8]) -> std::io::Result<&[u8]> {
        self.bytes.clear();
        match u16::try_from(bytes.len()).ok().filter(|_| bytes.len() <= STORED) {
            Some(length) => self.store(bytes, length),
            None => self.compress(bytes)?,
        }
        Ok(&self.bytes)
    }

    /// The same for a pack, in which small objects are side by side, so that compressing them pays.
    ///
    /// # Errors
    /// If the compressor fails.
    pub(super) fn packed(&mut self, bytes: &[u8]) -> std::io::Result<&[u8]> {
        self.bytes.clear();
        match u16::try_from(bytes.len()).ok().filter(|_| bytes.len() <= TINY) {
            Some(length) => self.store(bytes, length),
            None => self.compress(bytes)?,
        }
        Ok(&self.bytes)
    }

    /// One stored block, which is the last.
    fn store(&mut self, bytes: &[u8], length: u16) {
        let header = [0x78, 0x01, 0x01];
        for part in [&header[..], &length.to_le_bytes(), &(!length).to_le_bytes(), bytes, &adler(bytes).to_be_bytes()] {
            self.bytes.extend_from_slice(part);
        }
    }

    fn compress(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let compressor = self.compressor.get_or_insert_with(|| Compress::new(Compression::fast(), true));
        compressor.reset();
        let mut rest = bytes;
        loop {
            // more than git allows for bytes that cannot be compressed
            self.bytes.reserve(rest.len() + rest.len() / 1_000 + 64);
            let before = compressor.total_in();
            let status = compressor.compress_vec(rest, &mut self.bytes, FlushCompress::Finish)?;
            if status == Status::StreamEnd {
                return Ok(());
            }
            let taken = usize::try_from(compressor.total_in() - before).unwrap_or(rest.len());
            rest = rest.get(taken..).unwrap_or_default();
        }
    }
}

/// Whether a file is exactly one stream of these bytes, whatever compressed them.
pub(super) fn holds(file: impl Read, parts: &[&[u8]]) -> bool {
    let mut stream = ZlibDecoder::new(BufReader::new(file));
    let mut piece = [0; 8_192];
    for part in parts {
        let mut rest = *part;
        while !rest.is_empty() {
            let wanted = piece.len().min(rest.len());
            match stream.read(&mut piece[..wanted]) {
                Ok(read @ 1..) if piece[..read] == rest[..read] => rest = &rest[read..],
                _ => return false,
            }
        }
    }
    // the checksum ends the stream, and nothing follows it
    let ends = matches!(stream.read(&mut piece), Ok(0));
    ends && stream.into_inner().fill_buf().is_ok_and(<[u8]>::is_empty)
}

/// The checksum at the end of a stream. The sums cannot overflow for so few bytes.
fn adler(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| (a + u32::from(*byte), b + a + u32::from(*byte)));
    (b % ADLER) << 16 | (a % ADLER)
}

#[cfg(test)]
mod tests {
    use super::{STORED, Zlib};
    use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};
    use std::io::Read;

    fn contents() -> impl Strategy<Value = Vec<u8>> {
        let repeated = (any::<u8>(), 0..200_000_usize).prop_map(|(byte, length)| vec![byte; length]);
        let around = (any::<u8>(), STORED - 2..STORED + 2).prop_map(|(byte, length)| vec![byte; length]);
        proptest::prop_oneof![prop::collection::vec(any::<u8>(), 0..70_000), repeated, around]
    }

    #[test]
    fn a_stream_gives_its_bytes_back() {
        proptest!(|(contents in prop::collection::vec(contents(), 1..4))| {
            let mut zlib = Zlib::default();
            for content in contents {
                let stream = zlib.stream(&content).unwrap();
                let mut decoder = flate2::read::ZlibDecoder::new(stream);
                let mut back = Vec::new();
                decoder.read_to_end(&mut back).unwrap();
                prop_assert_eq!(back, content);
                prop_assert_eq!(decoder.total_in(), stream.len() as u64);
            }
        });
    }
}
