package main

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Facts is a descriptor taken apart: one entry per property, under a path such
// as "message_type[Volume].field[volume_id].number". Named things have an entry
// of their own as well, with the value "present".
//
// The walk is driven by the schema of descriptor.proto itself, so a property
// cannot be forgotten. What has no influence on the wire is left out: the name
// of the file, positions and comments in the source, and the order of
// declarations.
type Facts map[string]string

const present = "present"

// FactsOf takes a file descriptor apart.
func FactsOf(file *descriptorpb.FileDescriptorProto) Facts {
	file = proto.CloneOf(file)
	file.Name = nil
	file.SourceCodeInfo = nil
	facts := Facts{}
	facts.addMessage("", file.ProtoReflect())
	return facts
}

func (f Facts) addMessage(path string, m protoreflect.Message) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		f.addField(join(path, label(fd)), m, fd, v)
		return true
	})
	// An option this program does not know still counts.
	if raw := m.GetUnknown(); len(raw) > 0 {
		f[join(path, "unknown")] = hex.EncodeToString(raw)
	}
	f.nameOneof(path, m)
}

func (f Facts) addField(path string, m protoreflect.Message,
	fd protoreflect.FieldDescriptor, v protoreflect.Value) {
	switch {
	case fd.IsList():
		f.addList(path, fd, v.List())
	case fd.Message() != nil:
		f.addMessage(path, v.Message())
	default:
		f[path] = scalar(fd, v)
	}
}

func (f Facts) addList(path string, fd protoreflect.FieldDescriptor,
	list protoreflect.List) {
	for i := range list.Len() {
		v := list.Get(i)
		if fd.Message() == nil {
			f[element(path, scalar(fd, v))] = present
			continue
		}
		child := element(path, key(v.Message(), i))
		f[child] = present
		f.addMessage(child, v.Message())
	}
}

// nameOneof adds, for a message type, the name of the oneof each field is in.
// The index that stands in the field depends on the order of declarations.
func (f Facts) nameOneof(path string, m protoreflect.Message) {
	msg, ok := m.Interface().(*descriptorpb.DescriptorProto)
	if !ok {
		return
	}
	for _, field := range msg.Field {
		if field.OneofIndex == nil {
			continue
		}
		name := "undeclared"
		if i := int(*field.OneofIndex); i < len(msg.OneofDecl) {
			name = msg.OneofDecl[i].GetName()
		}
		child := element(join(path, "field"), field.GetName())
		f[join(child, "oneof_index")] = name
	}
}

// key tells the elements of a list apart without regard to their order.
func key(m protoreflect.Message, index int) string {
	fields := m.Descriptor().Fields()
	for _, name := range []protoreflect.Name{"name", "start"} {
		fd := fields.ByName(name)
		if fd != nil && !fd.IsList() {
			return m.Get(fd).String()
		}
	}
	return fmt.Sprint(index)
}

func scalar(fd protoreflect.FieldDescriptor, v protoreflect.Value) string {
	if fd.Enum() == nil {
		return v.String()
	}
	if value := fd.Enum().Values().ByNumber(v.Enum()); value != nil {
		return string(value.Name())
	}
	return fmt.Sprint(v.Enum())
}

func label(fd protoreflect.FieldDescriptor) string {
	if fd.IsExtension() {
		return "(" + string(fd.FullName()) + ")"
	}
	return string(fd.Name())
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func element(path, key string) string { return path + "[" + key + "]" }

// Compare lists what differs, one line each, in the order of the paths. Of a
// thing that one side lacks altogether only the thing itself is listed.
func Compare(published, ours Facts) []string {
	var lines []string
	absent := "\x00" // no path begins like this
	for _, path := range allPaths(published, ours) {
		if strings.HasPrefix(path, absent+".") {
			continue
		}
		want, inPublished := published[path]
		got, inOurs := ours[path]
		switch {
		case !inOurs:
			absent = path
			lines = append(lines, fmt.Sprintf("missing: %s = %s", path, want))
		case !inPublished:
			absent = path
			lines = append(lines, fmt.Sprintf("extra: %s = %s", path, got))
		case got != want:
			lines = append(lines,
				fmt.Sprintf("differs: %s = %s, published %s", path, got, want))
		}
	}
	return lines
}

func allPaths(a, b Facts) []string {
	paths := make([]string, 0, len(a))
	for path := range a {
		paths = append(paths, path)
	}
	for path := range b {
		if _, both := a[path]; !both {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}
