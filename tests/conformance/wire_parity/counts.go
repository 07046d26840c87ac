package main

import (
	"fmt"

	"google.golang.org/protobuf/types/descriptorpb"
)

// Counts says how much a file defines. The entry types that protoc makes for
// maps, and their fields, are not counted: nobody wrote them.
type Counts struct {
	Services, Methods, Messages, Enums, Values, Fields, Maps, Extensions int
}

// CountsOf counts what a file defines.
func CountsOf(file *descriptorpb.FileDescriptorProto) Counts {
	var c Counts
	for _, service := range file.Service {
		c.Services++
		c.Methods += len(service.Method)
	}
	c.addEnums(file.EnumType)
	c.addMessages(file.MessageType)
	c.Extensions += len(file.Extension)
	return c
}

func (c *Counts) addMessages(messages []*descriptorpb.DescriptorProto) {
	for _, m := range messages {
		if m.GetOptions().GetMapEntry() {
			c.Maps++
			continue
		}
		c.Messages++
		c.Fields += len(m.Field)
		c.Extensions += len(m.Extension)
		c.addEnums(m.EnumType)
		c.addMessages(m.NestedType)
	}
}

func (c *Counts) addEnums(enums []*descriptorpb.EnumDescriptorProto) {
	for _, e := range enums {
		c.Enums++
		c.Values += len(e.Value)
	}
}

// Complete says whether every kind of thing was found at all. Without it, two
// empty files would be equal.
func (c Counts) Complete() bool {
	return c.Services > 0 && c.Methods > 0 && c.Messages > 0 && c.Enums > 0 &&
		c.Values > 0 && c.Fields > 0 && c.Maps > 0 && c.Extensions > 0
}

func (c Counts) String() string {
	return fmt.Sprintf("%d services, %d methods, %d messages, %d enums, "+
		"%d values, %d fields (%d maps), %d extensions",
		c.Services, c.Methods, c.Messages, c.Enums,
		c.Values, c.Fields, c.Maps, c.Extensions)
}
