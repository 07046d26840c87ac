package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

type (
	file    = descriptorpb.FileDescriptorProto
	message = descriptorpb.DescriptorProto
	field   = descriptorpb.FieldDescriptorProto
	enum    = descriptorpb.EnumDescriptorProto
	method  = descriptorpb.MethodDescriptorProto
)

// The figures of CSI 1.13.0. They say that the walk reaches everything, and
// that the module in go.mod is the release that is meant.
func TestPublishedFileHasTheCountsOfTheRelease(t *testing.T) {
	want := Counts{Services: 5, Methods: 36, Messages: 104, Enums: 10,
		Values: 57, Fields: 216, Maps: 43, Extensions: 7}
	if got := CountsOf(publishedFile()); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCompleteNeedsEveryKind(t *testing.T) {
	if !CountsOf(publishedFile()).Complete() {
		t.Error("the published file is complete")
	}
	f := publishedFile()
	f.Extension = nil
	if CountsOf(f).Complete() || (Counts{}).Complete() {
		t.Error("a file without extensions, or without anything, is not")
	}
}

func TestSameFileIsEqual(t *testing.T) {
	wantLines(t, publishedFile())
}

func TestWhatTheWireDoesNotSeeIsIgnored(t *testing.T) {
	f := publishedFile()
	f.Name = proto.String("other/path.proto")
	f.SourceCodeInfo = &descriptorpb.SourceCodeInfo{
		Location: []*descriptorpb.SourceCodeInfo_Location{{Path: []int32{4}}}}
	slices.Reverse(f.MessageType)
	slices.Reverse(messageOf(f, "Volume").Field)
	slices.Reverse(f.Service)
	wantLines(t, f)
}

// Not a single property of the published file may be lost unseen.
func TestEveryLossIsReported(t *testing.T) {
	f := publishedFile()
	f.Name = nil // the one property that is ignored
	published := FactsOf(publishedFile())
	losses := 0
	forEachLoss(f.ProtoReflect(), "", func(path string) {
		losses++
		if len(Compare(published, FactsOf(f))) == 0 {
			t.Errorf("the loss of %s is not seen", path)
		}
	})
	// Each field alone has a name, a number, a label, a type and a JSON name.
	if least := 5 * CountsOf(f).Fields; losses < least {
		t.Errorf("only %d losses tried, want at least %d", losses, least)
	}
	wantLines(t, f) // everything was put back
}

func TestCheckPrintsCountsOfAnEqualSet(t *testing.T) {
	out, equal, err := checkSet(t, publishedFile())
	if err != nil || !equal || !strings.HasPrefix(out, "equal: 5 services, 36 ") {
		t.Errorf("got %q, %v, %v", out, equal, err)
	}
}

// The way through a file decodes the options anew.
func TestCheckPrintsDifferencesOfAnotherSet(t *testing.T) {
	f := publishedFile()
	proto.ClearExtension(find(f.Service, "SnapshotMetadata").Options,
		csi.E_AlphaService)
	fieldOf(f, "Volume", "volume_id").Number = proto.Int32(9)
	out, equal, err := checkSet(t, f)
	if err != nil || equal || strings.Count(out, "\n") != 2 {
		t.Errorf("got %q, %v, %v", out, equal, err)
	}
}

func TestCheckRefusesWhatItCannotCompare(t *testing.T) {
	other := &file{Package: proto.String("other")}
	sets := map[string][]*file{
		"no file":             nil,
		"only other packages": {other},
		"two csi files":       {publishedFile(), publishedFile()},
	}
	for name, files := range sets {
		if _, _, err := checkSet(t, files...); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
	if _, err := check(filepath.Join(t.TempDir(), "absent"), nil); err == nil {
		t.Error("absent file: want an error")
	}
}

func checkSet(t *testing.T, files ...*file) (string, bool, error) {
	t.Helper()
	raw, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: files})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "set.pb")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	equal, err := check(path, &out)
	return out.String(), equal, err
}

func wantLines(t *testing.T, ours *file, want ...string) {
	t.Helper()
	got := Compare(FactsOf(publishedFile()), FactsOf(ours))
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// forEachLoss takes each value out of the tree under m in turn, calls try, and
// puts it back.
func forEachLoss(m protoreflect.Message, path string, try func(path string)) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		at := join(path, label(fd))
		switch {
		case fd.IsList():
			forEachElementLoss(fd, m.Mutable(fd).List(), at, try)
		case fd.Message() != nil:
			forEachLoss(v.Message(), at, try)
		default:
			m.Clear(fd)
			try(at)
			m.Set(fd, v)
		}
		return true
	})
}

func forEachElementLoss(fd protoreflect.FieldDescriptor, list protoreflect.List,
	path string, try func(path string)) {
	last := list.Len() - 1
	for i := range list.Len() {
		v := list.Get(i)
		at := element(path, scalarOrKey(fd, v, i))
		if fd.Message() != nil {
			forEachLoss(v.Message(), at, try)
		}
		list.Set(i, list.Get(last))
		list.Set(last, v)
		list.Truncate(last)
		try(at)
		list.Append(v)
		list.Set(last, list.Get(i))
		list.Set(i, v)
	}
}

func scalarOrKey(fd protoreflect.FieldDescriptor, v protoreflect.Value,
	index int) string {
	if fd.Message() == nil {
		return scalar(fd, v)
	}
	return key(v.Message(), index)
}

type named interface{ GetName() string }

// find panics if nothing has the name: the test itself is then wrong.
func find[T named](list []T, name string) T {
	return list[slices.IndexFunc(list, func(e T) bool {
		return e.GetName() == name
	})]
}

func without[T named](list []T, name string) []T {
	return slices.DeleteFunc(list, func(e T) bool { return e.GetName() == name })
}

func messageOf(f *file, name string) *message { return find(f.MessageType, name) }

func fieldOf(f *file, message, name string) *field {
	return find(messageOf(f, message).Field, name)
}

func modeOf(f *file) *enum {
	access := find(messageOf(f, "VolumeCapability").NestedType, "AccessMode")
	return find(access.EnumType, "Mode")
}

func deltaOf(f *file) *method {
	return find(find(f.Service, "SnapshotMetadata").Method, "GetMetadataDelta")
}
