// The bytes of a file to its text: gzip is opened, UTF-8 and UTF-16 with a mark are read. Anything else that people have of a
// cluster is named with what to do about it: an archive, another compression, another encoding.

/** Why a file has no text, in words that follow "cannot read FILE:", and what to do. */
export interface NoText {
  readonly why: string;
  readonly remedy: string;
}

export function textOfBytes(path: string, bytes: Uint8Array): string | NoText {
  if (!startsWith(bytes, GZIP)) {
    if (!path.endsWith('.gz')) return plainText(bytes);
    return { why: 'its name ends in .gz, and it is not compressed by gzip', remedy: 'give it the name that fits it' };
  }
  const plain = unzipped(bytes);
  return plain === undefined
    ? { why: 'its compressed data are damaged or cut off', remedy: 'copy it once more' }
    : plainText(plain);
}

/** Loads the decompressor only when a file asks for it: it costs every start a few milliseconds. */
function unzipped(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return process.getBuiltinModule('node:zlib').gunzipSync(bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw error;
    return undefined;
  }
}

function plainText(bytes: Uint8Array): string | NoText {
  const packed = packing(bytes);
  if (packed !== undefined) return packed;
  const encoding = UTF_16.find(({ mark }) => startsWith(bytes, mark))?.encoding ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    // Longer than a text can be is no matter of the encoding.
    if (!(error instanceof TypeError)) throw error;
    const at = encoding === 'utf-8' ? `, from line ${lineOfFirstStranger(bytes)} on` : '';
    return { why: `it is not text in ${encoding.toUpperCase()}${at}`, remedy: 'save it as UTF-8' };
  }
}

type Bytes = readonly number[];

const GZIP: Bytes = [0x1f, 0x8b];
/** What Windows PowerShell writes behind `>`. */
const UTF_16: readonly { readonly mark: Bytes; readonly encoding: string }[] = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
];
const COMPRESSIONS: readonly { readonly mark: Bytes; readonly tool: string; readonly command: string }[] = [
  { mark: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], tool: 'xz', command: 'xz -dk' },
  { mark: [0x42, 0x5a, 0x68], tool: 'bzip2', command: 'bunzip2 -k' },
  { mark: [0x28, 0xb5, 0x2f, 0xfd], tool: 'zstd', command: 'zstd -d' },
];
const ZIP: Bytes = [0x50, 0x4b, 0x03, 0x04];
/** Source: CRUSH_MAGIC, Ceph src/crush/crush.h; what `ceph osd getcrushmap` prints begins with it. */
const COMPILED_CRUSH: Bytes = [0x00, 0x00, 0x01, 0x00];
/** Where the header of a tar archive says `ustar`. */
const TAR_MARK_AT = 257;
const TAR_MARK = 'ustar';

function packing(bytes: Uint8Array): NoText | undefined {
  const mark = String.fromCharCode(...bytes.subarray(TAR_MARK_AT, TAR_MARK_AT + TAR_MARK.length));
  if (mark === TAR_MARK) {
    return { why: 'it is a tar archive', remedy: 'unpack it with "tar xf", and give the folder' };
  }
  if (startsWith(bytes, ZIP)) {
    return { why: 'it is a zip archive', remedy: 'unpack it with "unzip", and give what is in it' };
  }
  if (startsWith(bytes, COMPILED_CRUSH)) {
    return { why: 'it is a compiled CRUSH map', remedy: 'print its text with "crushtool -d"' };
  }
  const compression = COMPRESSIONS.find((each) => startsWith(bytes, each.mark));
  if (compression === undefined) return undefined;
  return { why: `it is compressed by ${compression.tool}`, remedy: `decompress it with "${compression.command}"` };
}

function startsWith(bytes: Uint8Array, mark: Bytes): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

/** 1-based line of the first byte that UTF-8 does not have there. */
function lineOfFirstStranger(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let line = 1;
  let at = 0;
  for (const written of text.split('\n')) {
    const clean = encoder.encode(written);
    if (!startsWith(bytes.subarray(at), [...clean])) return line;
    at += clean.length + 1;
    line++;
  }
  return line - 1;
}
