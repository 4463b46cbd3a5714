export { openBlobFolder } from './blob-folder';
export { type BlobStore, type StoredBlob } from './blob-store';
