// The engine packs there are: which TensorFlow serves which platform, and where it comes from. One row each, versions pinned.

/** A Python wheel, used as an archive: nothing in it is executed. */
export interface WheelSource {
  readonly kind: 'wheel';
  /** Package of TensorFlow's Python distribution. */
  readonly package: string;
  /** pip's platform tags, any of which fits. */
  readonly tags: readonly string[];
  readonly sha256: string;
  readonly bytes: number;
}

/** TensorFlow's own C library archive. Refused while no checksum is pinned. */
export interface ArchiveSource {
  readonly kind: 'archive';
  readonly url: string;
  readonly sha256: string | null;
}

export interface PackRow {
  /** Name of the folder below `<home>/engines`. Its last number counts what we do to the sources (flags, layout). */
  readonly id: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: 'x64' | 'arm64';
  readonly device: 'cpu' | 'cuda';
  readonly tensorflow: string;
  /** Libraries beside the binding, under the names by which it asks for them. */
  readonly libraries: readonly string[];
  readonly source: WheelSource | ArchiveSource;
  /** Whether the oracle has passed there. A row that never ran is offered all the same where its checksum is pinned, and says so while it is made. */
  readonly ran: boolean;
}

const archives = 'https://storage.googleapis.com/tensorflow/versions';

/** Best first within a platform. Wheels are cp311: the tag only has to name one file. */
export const packRows: readonly PackRow[] = [
  {
    id: 'tensorflow-2.18.0-linux-x64-cuda-1', platform: 'linux', arch: 'x64', device: 'cuda', tensorflow: '2.18.0',
    libraries: ['libtensorflow.so.2', 'libtensorflow_framework.so.2'],
    source: { kind: 'archive', url: `${archives}/2.18.0/libtensorflow-gpu-linux-x86_64.tar.gz`, sha256: null },
    ran: false,
  },
  {
    id: 'tensorflow-2.18.1-linux-x64-cpu-1', platform: 'linux', arch: 'x64', device: 'cpu', tensorflow: '2.18.1',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    source: {
      kind: 'wheel', package: 'tensorflow-cpu', tags: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'], bytes: 230_236_181,
      sha256: '810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298',
    },
    ran: true,
  },
  {
    id: 'tensorflow-2.18.1-linux-arm64-cpu-1', platform: 'linux', arch: 'arm64', device: 'cpu', tensorflow: '2.18.1',
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    source: {
      kind: 'wheel', package: 'tensorflow', tags: ['manylinux_2_17_aarch64', 'manylinux2014_aarch64'], bytes: 231_937_898,
      sha256: '8a6485edd2148f70d011dbd1d8dc2c775e91774a5a159466e83d0d1f21580944',
    },
    ran: false,
  },
  {
    id: 'tensorflow-2.18.1-darwin-arm64-cpu-1', platform: 'darwin', arch: 'arm64', device: 'cpu', tensorflow: '2.18.1',
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
    source: {
      kind: 'wheel', package: 'tensorflow', tags: ['macosx_12_0_arm64'], bytes: 239_549_037,
      sha256: '661029cd769b311db910b79a3a6ef50a5a61ecc947172228c777a49989722508',
    },
    ran: false,
  },
  {
    id: 'tensorflow-2.16.2-darwin-x64-cpu-1', platform: 'darwin', arch: 'x64', device: 'cpu', tensorflow: '2.16.2',
    libraries: ['libtensorflow.2.dylib', 'libtensorflow_framework.2.dylib'],
    source: { kind: 'archive', url: `${archives}/2.16.2/libtensorflow-cpu-darwin-x86_64.tar.gz`, sha256: null },
    ran: false,
  },
  {
    id: 'tensorflow-2.18.1-win32-x64-cpu-1', platform: 'win32', arch: 'x64', device: 'cpu', tensorflow: '2.18.1',
    libraries: ['tensorflow.dll'],
    source: { kind: 'archive', url: `${archives}/2.18.1/libtensorflow-cpu-windows-x86_64.zip`, sha256: null },
    ran: false,
  },
];

/** Rows that a machine could use, best first; the CUDA ones only where there is such a device. */
export function packRowsFor(machine: { readonly platform: string; readonly arch: string; readonly cuda: boolean }): readonly PackRow[] {
  return packRows.filter((row) => row.platform === machine.platform && row.arch === machine.arch && (row.device === 'cpu' || machine.cuda));
}
