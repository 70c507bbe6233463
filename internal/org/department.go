package org

import (
	"slices"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// DepartmentKind sorts departments.
type DepartmentKind string

// The kinds of department.
const (
	UndersecretaryKind DepartmentKind = "undersecretary" // an undersecretary's office
	DirectorateKind    DepartmentKind = "directorate"    // a department (dā'ira)
	DivisionKind       DepartmentKind = "division"       // a division (qism)
	UnitKind           DepartmentKind = "unit"           // a unit (shu'ba)
	DigitalKind        DepartmentKind = "digital"        // the digital-diplomacy unit
)

// DepartmentKinds lists the kinds from the broadest.
func DepartmentKinds() []DepartmentKind {
	return []DepartmentKind{UndersecretaryKind, DirectorateKind, DivisionKind, UnitKind, DigitalKind}
}

// Department is a part of the ministry. ParentID is empty at the top.
type Department struct {
	ID        string         `bun:",pk" json:"id"`
	ParentID  string         `bun:",nullzero" json:"parent_id,omitempty"`
	Kind      DepartmentKind `json:"kind"`
	Names     Names          `json:"names"`
	Open      bool           `json:"open"`
	CreatedAt db.Time        `json:"created_at"`
	Version   int64          `json:"version"`
}

// Name is the department's name in a language.
func (d Department) Name(l i18n.Lang) string { return d.Names.In(l) }

// Branch is a department at its depth in the tree; 0 is the top.
type Branch struct {
	Department
	Depth int
}

// Tree puts departments below their parents, siblings in the given order. One
// whose parent is not among them stands at the top.
func Tree(all []Department) []Branch {
	known := map[string]bool{}
	children := map[string][]Department{}
	for _, d := range all {
		known[d.ID] = true
	}
	for _, d := range all {
		parent := d.ParentID
		if !known[parent] {
			parent = ""
		}
		children[parent] = append(children[parent], d)
	}
	var out []Branch
	var walk func(parent string, depth int)
	walk = func(parent string, depth int) {
		for _, d := range children[parent] {
			out = append(out, Branch{d, depth})
			walk(d.ID, depth+1)
		}
	}
	walk("", 0)
	return out
}

// Below gives the ids of a department and all departments under it.
func Below(all []Department, id string) []string {
	ids := []string{id}
	for i := 0; i < len(ids); i++ {
		for _, d := range all {
			if d.ParentID == ids[i] && !slices.Contains(ids, d.ID) {
				ids = append(ids, d.ID)
			}
		}
	}
	return ids
}

func (d Department) check(all []Department) error {
	var bad []errs.Field
	if !slices.Contains(DepartmentKinds(), d.Kind) {
		bad = append(bad, errs.Field{Name: "kind", Key: "web.field.choice"})
	}
	parent := slices.IndexFunc(all, func(x Department) bool { return x.ID == d.ParentID })
	switch {
	case d.ParentID != "" && (parent < 0 || d.Open && !all[parent].Open):
		bad = append(bad, errs.Field{Name: "parent", Key: "web.field.choice"})
	case d.ParentID != "" && slices.Contains(Below(all, d.ID), d.ParentID):
		bad = append(bad, errs.Field{Name: "parent", Key: "org.parent_below"})
	}
	return errs.InvalidFields(append(bad, d.Names.check("names", maxName, i18n.Langs...)...)...)
}
