// Command wire_parity compares the csi.v1 file of a FileDescriptorSet with the
// descriptor in the published Go module of the CSI specification.
//
//	protoc --include_imports --descriptor_set_out=SET ...
//	wire_parity SET
//
// Exit code: 0 equal, 1 different, 2 nothing could be compared.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
)

const csiPackage = "csi.v1"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: wire_parity DESCRIPTOR_SET")
		os.Exit(2)
	}
	equal, err := check(os.Args[1], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "wire_parity:", err)
		os.Exit(2)
	}
	if !equal {
		os.Exit(1)
	}
}

// check writes the differences, or the counts if there are none.
func check(path string, out io.Writer) (equal bool, err error) {
	ours, err := load(path)
	if err != nil {
		return false, err
	}
	published := publishedFile()
	counts := CountsOf(published)
	if !counts.Complete() {
		return false, fmt.Errorf("the published file lacks something: %v", counts)
	}
	lines := Compare(FactsOf(published), FactsOf(ours))
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
	if len(lines) == 0 {
		fmt.Fprintln(out, "equal:", counts)
	}
	return len(lines) == 0, nil
}

// load reads the one csi.v1 file of a descriptor set. Its path is free.
func load(path string) (*descriptorpb.FileDescriptorProto, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var set descriptorpb.FileDescriptorSet
	// The csi extensions are registered by the imported module, so options are
	// decoded here and in the published descriptor alike.
	if err := proto.Unmarshal(raw, &set); err != nil {
		return nil, err
	}
	return onlyCSIFile(&set)
}

func onlyCSIFile(set *descriptorpb.FileDescriptorSet) (
	*descriptorpb.FileDescriptorProto, error) {
	var found *descriptorpb.FileDescriptorProto
	for _, file := range set.File {
		if file.GetPackage() != csiPackage {
			continue
		}
		if found != nil {
			return nil, errors.New("more than one file of package " + csiPackage)
		}
		found = file
	}
	if found == nil {
		return nil, errors.New("no file of package " + csiPackage)
	}
	return found, nil
}

func publishedFile() *descriptorpb.FileDescriptorProto {
	return protodesc.ToFileDescriptorProto(csi.File_csi_proto)
}
