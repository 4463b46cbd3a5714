// Checks an exported log and single proofs with the verifier of Go's checksum database (golang.org/x/mod/sumdb, Debian
// package golang-golang-x-mod-dev). Every hash and signature is checked by that package; this file reads ours.
//
//	sumdb-check log DIR VKEY                      entries -> signed root -> every tile
//	sumdb-check proof FILE.tlog-proof ENTRY VKEY  one entry under the checkpoint in its proof
//	sumdb-check consistency KEPT FILE.json VKEY   the log of FILE.json extends the checkpoint in the file KEPT
//	sumdb-check heads FILE.heads.json VKEY        the last event of a stream, or that it has none
//	sumdb-check cases                             many of these: JSON objects on stdin, one answer a line
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8
const tileWidth = 1 << tileHeight

// oneCase is a command, and the one bit that is turned in a file on the way in.
type oneCase struct {
	Args []string `json:"args"`
	File string   `json:"file"`
	Bit  int      `json:"bit"`
}

func (c oneCase) read(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil || path != c.File {
		return content, err
	}
	if c.Bit < 0 || c.Bit >= 8*len(content) {
		return nil, errors.New("there is no such bit in " + path)
	}
	content[c.Bit/8] ^= 1 << (c.Bit % 8)
	return content, nil
}

func (c oneCase) run() (string, error) {
	args := c.Args
	switch {
	case len(args) == 3 && args[0] == "log":
		return c.checkLog(args[1], args[2])
	case len(args) == 4 && args[0] == "proof":
		return c.checkProof(args[1], args[2], args[3])
	case len(args) == 4 && args[0] == "consistency":
		return c.checkConsistency(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "heads":
		return c.checkHeads(args[1], args[2])
	}
	return "", errors.New("usage: log DIR VKEY | proof FILE ENTRY VKEY | consistency KEPT FILE VKEY | heads FILE VKEY")
}

// openCheckpoint has the note opened by sumdb/note and reads the three lines of its text.
func openCheckpoint(signed []byte, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tlog.Tree{}, errors.New("a checkpoint has three lines")
	}
	if lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("the checkpoint is of another log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("the size is no decimal number")
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// hashStore keeps the hashes of the perfect subtrees in the order that sumdb/tlog asks for.
type hashStore []tlog.Hash

func (s hashStore) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, 0, len(indexes))
	for _, at := range indexes {
		if at >= int64(len(s)) {
			return nil, errors.New("a hash beyond the log")
		}
		found = append(found, s[at])
	}
	return found, nil
}

// c2spPath is the path of a tile in C2SP tlog-tiles, which leaves the height out.
func c2spPath(tile tlog.Tile, level string) string {
	own := tlog.Tile{H: tile.H, L: 0, N: tile.N, W: tile.W}.Path()
	return "tile/" + level + strings.TrimPrefix(own, fmt.Sprintf("tile/%d/0", tileHeight))
}

func (c oneCase) checkLog(dir, vkey string) (string, error) {
	signed, err := c.read(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(signed, vkey)
	if err != nil {
		return "", err
	}
	hashes, err := c.hashEntries(dir, tree.N)
	if err != nil {
		return "", err
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return "", err
	}
	if root != tree.Hash {
		return "", fmt.Errorf("the entries give the root %v, the checkpoint says %v", root, tree.Hash)
	}
	tiles := tilesOf(tree.N)
	for _, tile := range tiles {
		want, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return "", err
		}
		path := c2spPath(tile, strconv.Itoa(tile.L))
		got, err := c.read(filepath.Join(dir, path))
		if err != nil {
			return "", err
		}
		if !bytes.Equal(got, want) {
			return "", fmt.Errorf("%s is not what the entries give", path)
		}
	}
	return fmt.Sprintf("log of %d entries: root and %d tiles follow from the entries", tree.N, len(tiles)), nil
}

// tilesOf lists the tiles of a log of that size: all full ones, and at the end of each level a partial one.
func tilesOf(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for level, width := 0, size; width > 0; level, width = level+1, width/tileWidth {
		for n := int64(0); n*tileWidth < width; n++ {
			w := width - n*tileWidth
			if w > tileWidth {
				w = tileWidth
			}
			tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: n, W: int(w)})
		}
	}
	return tiles
}

// hashEntries reads all entry bundles; every byte of them belongs to an entry.
func (c oneCase) hashEntries(dir string, size int64) (hashStore, error) {
	var hashes hashStore
	for _, bundle := range tilesOf(size) {
		if bundle.L > 0 {
			break
		}
		path, first := c2spPath(bundle, "entries"), bundle.N*tileWidth
		rest, err := c.read(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < int64(bundle.W); i++ {
			if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
				return nil, fmt.Errorf("%s ends in entry %d", path, first+i)
			}
			end := 2 + int(binary.BigEndian.Uint16(rest))
			more, err := tlog.StoredHashes(first+i, rest[2:end], hashes)
			if err != nil {
				return nil, err
			}
			hashes = append(hashes, more...)
			rest = rest[end:]
		}
		if len(rest) > 0 {
			return nil, fmt.Errorf("%s goes on behind its last entry", path)
		}
	}
	return hashes, nil
}

// included checks a C2SP tlog-proof for an entry's bytes.
func included(proof, entry []byte, vkey string) (index int64, tree tlog.Tree, err error) {
	head, signed, found := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return 0, tree, errors.New("not a tlog-proof")
	}
	number := strings.TrimPrefix(lines[1], "index ")
	index, err = strconv.ParseInt(number, 10, 64)
	if err != nil || lines[1] != fmt.Sprintf("index %d", index) {
		return 0, tree, errors.New("the second line is the index")
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := decodeHash(base64.StdEncoding.Strict().DecodeString(line))
		if err != nil {
			return 0, tree, err
		}
		path = append(path, hash)
	}
	tree, err = openCheckpoint([]byte(signed), vkey)
	if err != nil {
		return 0, tree, err
	}
	if index < 0 || index >= tree.N {
		return 0, tree, errors.New("the index is beyond the log")
	}
	return index, tree, tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func decodeHash(decoded []byte, err error) (hash tlog.Hash, _ error) {
	if err == nil && len(decoded) != tlog.HashSize {
		err = errors.New("a hash has 32 bytes")
	}
	copy(hash[:], decoded)
	return hash, err
}

func (c oneCase) checkProof(proofFile, entryFile, vkey string) (string, error) {
	proof, err := c.read(proofFile)
	if err != nil {
		return "", err
	}
	entry, err := c.read(entryFile)
	if err != nil {
		return "", err
	}
	index, tree, err := included(proof, entry, vkey)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("the entry is at index %d of a log of %d", index, tree.N), nil
}

func (c oneCase) checkConsistency(keptFile, replyFile, vkey string) (string, error) {
	kept, err := c.read(keptFile)
	if err != nil {
		return "", err
	}
	older, err := openCheckpoint(kept, vkey)
	if err != nil {
		return "", err
	}
	content, err := c.read(replyFile)
	if err != nil {
		return "", err
	}
	var reply struct {
		To     struct{ Checkpoint string }
		Hashes []string
	}
	if err := json.Unmarshal(content, &reply); err != nil {
		return "", err
	}
	newer, err := openCheckpoint([]byte(reply.To.Checkpoint), vkey)
	if err != nil {
		return "", err
	}
	var path tlog.TreeProof
	for _, text := range reply.Hashes {
		hash, err := decodeHash(hex.DecodeString(text))
		if err != nil {
			return "", err
		}
		path = append(path, hash)
	}
	if older.N < 1 || older.N > newer.N {
		return "", errors.New("the kept checkpoint is empty or larger")
	}
	if err := tlog.CheckTree(path, newer.N, newer.Hash, older.N, older.Hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("the log of %d entries extends that of %d", newer.N, older.N), nil
}

func (c oneCase) checkHeads(file, vkey string) (string, error) {
	content, err := c.read(file)
	if err != nil {
		return "", err
	}
	var heads struct {
		V           int
		Stream      string
		Proof       string
		Bucket      int64
		Entry, Data []byte
		Hashes      [][]byte
	}
	if err := json.Unmarshal(content, &heads); err != nil {
		return "", err
	}
	if _, _, err := included([]byte(heads.Proof), heads.Entry, vkey); err != nil {
		return "", err
	}
	var event struct {
		Type string
		Data struct {
			Bits int
			Root string
			Size int64
		}
	}
	if err := json.Unmarshal(heads.Entry, &event); err != nil {
		return "", err
	}
	if event.Type != "ledger.heads-committed" || event.Data.Bits < 0 || event.Data.Bits > 32 {
		return "", errors.New("the entry is no commitment to heads")
	}
	root, err := decodeHash(hex.DecodeString(event.Data.Root))
	if err != nil {
		return "", err
	}
	var path tlog.RecordProof
	for _, each := range heads.Hashes {
		hash, err := decodeHash(each, nil)
		if err != nil {
			return "", err
		}
		path = append(path, hash)
	}
	buckets := int64(1) << event.Data.Bits
	if heads.Bucket < 0 || heads.Bucket >= buckets {
		return "", errors.New("there is no such bucket")
	}
	if err := tlog.CheckRecord(path, buckets, root, heads.Bucket, tlog.RecordHash(heads.Data)); err != nil {
		return "", err
	}
	return headOf(heads.Stream, heads.Data, heads.Bucket, event.Data.Bits, event.Data.Size)
}

// headOf finds the record of a stream in its bucket: key(32), revision(8), leaf(32). The key is the SHA-256 of its name.
func headOf(stream string, bucket []byte, number int64, bits int, size int64) (string, error) {
	const header, record = "tieout/heads/v1\n", 72
	sum := sha256.Sum256([]byte(stream))
	key := sum[:]
	if first := int64(binary.BigEndian.Uint32(key)); first>>(32-bits) != number {
		return "", errors.New("the bucket is not that of the stream")
	}
	if !bytes.HasPrefix(bucket, []byte(header)) || (len(bucket)-len(header))%record != 0 {
		return "", errors.New("the bucket is not made of records")
	}
	for rest := bucket[len(header):]; len(rest) > 0; rest = rest[record:] {
		if bytes.Equal(rest[:32], key) {
			revision := binary.BigEndian.Uint64(rest[32:40])
			return fmt.Sprintf("%s ends with revision %d, leaf %x, among %d entries", stream, revision, rest[40:record], size), nil
		}
	}
	return fmt.Sprintf("%s has no event among %d entries", stream, size), nil
}

func answerCases(input io.Reader, output io.Writer) error {
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 1<<20)
	written := bufio.NewWriter(output)
	answers := json.NewEncoder(written)
	for lines.Scan() {
		var one oneCase
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return err
		}
		said, err := one.run()
		if err != nil {
			said = err.Error()
		}
		if err := answers.Encode(map[string]interface{}{"accepted": err == nil, "said": said}); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return written.Flush()
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "cases" {
		if err := answerCases(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		return
	}
	said, err := oneCase{Args: os.Args[1:]}.run()
	if err != nil {
		fmt.Println("REFUSED:", err)
		os.Exit(1)
	}
	fmt.Println("OK:", said)
}
