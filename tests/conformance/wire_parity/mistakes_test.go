package main

import (
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

const (
	volume = "message_type[Volume]"
	id     = volume + ".field[volume_id]"
	secret = "message_type[DeleteVolumeRequest].field[secrets].options." +
		"(csi.v1.csi_secret)"
	mode = "message_type[VolumeCapability].nested_type[AccessMode]" +
		".enum_type[Mode]"
	delta = "service[SnapshotMetadata].method[GetMetadataDelta]"
	stats = "message_type[NodeGetVolumeStatsResponse]"
)

// mistakes are ones that a person could make, each with the one line that must
// come out.
var mistakes = []struct {
	name   string
	damage func(*file)
	want   string
}{
	{"field removed", func(f *file) {
		m := messageOf(f, "Volume")
		m.Field = without(m.Field, "volume_id")
	}, "missing: " + id + " = present"},
	{"field added", func(f *file) {
		m := messageOf(f, "Volume")
		m.Field = append(m.Field, &field{Name: proto.String("x")})
	}, "extra: " + volume + ".field[x] = present"},
	{"field number", func(f *file) {
		fieldOf(f, "Volume", "volume_id").Number = proto.Int32(9)
	}, "differs: " + id + ".number = 9, published 2"},
	{"field type", func(f *file) {
		fieldOf(f, "Volume", "volume_id").Type =
			descriptorpb.FieldDescriptorProto_TYPE_BYTES.Enum()
	}, "differs: " + id + ".type = TYPE_BYTES, published TYPE_STRING"},
	{"field label", func(f *file) {
		fieldOf(f, "Volume", "volume_id").Label =
			descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	}, "differs: " + id + ".label = LABEL_REPEATED, published LABEL_OPTIONAL"},
	{"field type name", func(f *file) {
		fieldOf(f, "CreateVolumeResponse", "volume").TypeName =
			proto.String(".csi.v1.Snapshot")
	}, "differs: message_type[CreateVolumeResponse].field[volume].type_name" +
		" = .csi.v1.Snapshot, published .csi.v1.Volume"},
	{"JSON name", func(f *file) {
		fieldOf(f, "Volume", "volume_id").JsonName = proto.String("id")
	}, "differs: " + id + ".json_name = id, published volumeId"},
	{"proto3 optional", func(f *file) {
		fieldOf(f, "Volume", "volume_id").Proto3Optional = proto.Bool(true)
	}, "extra: " + id + ".proto3_optional = true"},
	{"field out of its oneof", func(f *file) {
		fieldOf(f, "VolumeCapability", "block").OneofIndex = nil
	}, "missing: message_type[VolumeCapability].field[block].oneof_index" +
		" = access_type"},
	{"oneof added", func(f *file) {
		m := messageOf(f, "ControllerServiceCapability")
		m.OneofDecl = append(m.OneofDecl,
			&descriptorpb.OneofDescriptorProto{Name: proto.String("kind")})
	}, "extra: message_type[ControllerServiceCapability].oneof_decl[kind]" +
		" = present"},
	{"secret option dropped", func(f *file) {
		proto.ClearExtension(
			fieldOf(f, "DeleteVolumeRequest", "secrets").Options, csi.E_CsiSecret)
	}, "missing: " + secret + " = true"},
	{"secret option false", func(f *file) {
		proto.SetExtension(fieldOf(f, "DeleteVolumeRequest", "secrets").Options,
			csi.E_CsiSecret, false)
	}, "differs: " + secret + " = false, published true"},
	{"alpha field dropped", func(f *file) {
		proto.ClearExtension(
			fieldOf(f, "NodeExpandVolumeRequest", "secrets").Options,
			csi.E_AlphaField)
	}, "missing: message_type[NodeExpandVolumeRequest].field[secrets]" +
		".options.(csi.v1.alpha_field) = true"},
	{"alpha message dropped", func(f *file) {
		messageOf(f, "VolumeHealth").Options = nil
	}, "missing: message_type[VolumeHealth].options.(csi.v1.alpha_message)" +
		" = true"},
	{"alpha enum added", func(f *file) {
		o := &descriptorpb.EnumOptions{}
		proto.SetExtension(o, csi.E_AlphaEnum, true)
		find(f.EnumType, "BlockMetadataType").Options = o
	}, "extra: enum_type[BlockMetadataType].options.(csi.v1.alpha_enum) = true"},
	{"alpha enum value dropped", func(f *file) {
		find(modeOf(f).Value, "SINGLE_NODE_MULTI_WRITER").Options = nil
	}, "missing: " + mode + ".value[SINGLE_NODE_MULTI_WRITER].options" +
		".(csi.v1.alpha_enum_value) = true"},
	{"alpha method dropped", func(f *file) {
		find(find(f.Service, "Controller").Method, "GetSnapshot").Options = nil
	}, "missing: service[Controller].method[GetSnapshot].options" +
		".(csi.v1.alpha_method) = true"},
	{"alpha service dropped", func(f *file) {
		find(f.Service, "SnapshotMetadata").Options = nil
	}, "missing: service[SnapshotMetadata].options.(csi.v1.alpha_service)" +
		" = true"},
	{"unknown option", func(f *file) {
		raw := protowire.AppendTag(nil, 5000, protowire.VarintType)
		fieldOf(f, "DeleteVolumeRequest", "secrets").Options.ProtoReflect().
			SetUnknown(protowire.AppendVarint(raw, 1))
	}, "extra: message_type[DeleteVolumeRequest].field[secrets].options.unknown" +
		" = c0b80201"},
	{"message removed", func(f *file) {
		f.MessageType = without(f.MessageType, "Volume")
	}, "missing: " + volume + " = present"},
	{"message added", func(f *file) {
		f.MessageType = append(f.MessageType, &message{Name: proto.String("X")})
	}, "extra: message_type[X] = present"},
	{"nested message removed", func(f *file) {
		m := messageOf(f, "VolumeCapability")
		m.NestedType = without(m.NestedType, "BlockVolume")
	}, "missing: message_type[VolumeCapability].nested_type[BlockVolume]" +
		" = present"},
	{"map entry type", func(f *file) {
		m := find(messageOf(f, "Topology").NestedType, "SegmentsEntry")
		find(m.Field, "value").Type =
			descriptorpb.FieldDescriptorProto_TYPE_BYTES.Enum()
	}, "differs: message_type[Topology].nested_type[SegmentsEntry]" +
		".field[value].type = TYPE_BYTES, published TYPE_STRING"},
	{"enum value removed", func(f *file) {
		modeOf(f).Value = without(modeOf(f).Value, "MULTI_NODE_MULTI_WRITER")
	}, "missing: " + mode + ".value[MULTI_NODE_MULTI_WRITER] = present"},
	{"enum value number", func(f *file) {
		find(modeOf(f).Value, "MULTI_NODE_MULTI_WRITER").Number = proto.Int32(50)
	}, "differs: " + mode + ".value[MULTI_NODE_MULTI_WRITER].number = 50," +
		" published 5"},
	{"reserved field freed", func(f *file) {
		messageOf(f, "NodeGetVolumeStatsResponse").ReservedRange = nil
	}, "missing: " + stats + ".reserved_range[2] = present"},
	{"reserved field range grown", func(f *file) {
		messageOf(f, "NodeGetVolumeStatsResponse").ReservedRange[0].End =
			proto.Int32(4)
	}, "differs: " + stats + ".reserved_range[2].end = 4, published 3"},
	{"reserved enum number added", func(f *file) {
		modeOf(f).ReservedRange =
			[]*descriptorpb.EnumDescriptorProto_EnumReservedRange{
				{Start: proto.Int32(8), End: proto.Int32(8)}}
	}, "extra: " + mode + ".reserved_range[8] = present"},
	{"reserved name added", func(f *file) {
		messageOf(f, "Volume").ReservedName = []string{"gone"}
	}, "extra: " + volume + ".reserved_name[gone] = present"},
	{"service removed", func(f *file) {
		f.Service = without(f.Service, "GroupController")
	}, "missing: service[GroupController] = present"},
	{"method removed", func(f *file) {
		s := find(f.Service, "Identity")
		s.Method = without(s.Method, "Probe")
	}, "missing: service[Identity].method[Probe] = present"},
	{"method input", func(f *file) {
		find(find(f.Service, "Identity").Method, "Probe").InputType =
			proto.String(".csi.v1.Volume")
	}, "differs: service[Identity].method[Probe].input_type" +
		" = .csi.v1.Volume, published .csi.v1.ProbeRequest"},
	{"server stream lost", func(f *file) {
		deltaOf(f).ServerStreaming = nil
	}, "missing: " + delta + ".server_streaming = true"},
	{"client stream added", func(f *file) {
		deltaOf(f).ClientStreaming = proto.Bool(true)
	}, "extra: " + delta + ".client_streaming = true"},
	{"extension removed", func(f *file) {
		f.Extension = without(f.Extension, "alpha_enum")
	}, "missing: extension[alpha_enum] = present"},
	{"extension number", func(f *file) {
		find(f.Extension, "csi_secret").Number = proto.Int32(1058)
	}, "differs: extension[csi_secret].number = 1058, published 1059"},
	{"extension of something else", func(f *file) {
		find(f.Extension, "csi_secret").Extendee =
			proto.String(".google.protobuf.FileOptions")
	}, "differs: extension[csi_secret].extendee" +
		" = .google.protobuf.FileOptions, published .google.protobuf.FieldOptions"},
	{"file option", func(f *file) {
		f.Options.CcEnableArenas = proto.Bool(false)
	}, "extra: options.cc_enable_arenas = false"},
	{"package", func(f *file) {
		f.Package = proto.String("csi.v2")
	}, "differs: package = csi.v2, published csi.v1"},
	{"import", func(f *file) {
		f.Dependency = append(f.Dependency, "google/protobuf/any.proto")
	}, "extra: dependency[google/protobuf/any.proto] = present"},
}

func TestMistakesAreReported(t *testing.T) {
	for _, row := range mistakes {
		t.Run(row.name, func(t *testing.T) {
			f := publishedFile()
			row.damage(f)
			wantLines(t, f, row.want)
		})
	}
}
