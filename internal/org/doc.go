// Package org is the institution: the ministry, its departments and missions,
// the people who hold posts there, and who may do what on whose authority
// (R1.1, R1.2).
//
// A mission is an embassy, a consulate or a permanent mission; it resides in
// one host country and may have jurisdiction over others. A post is what a
// person does and where; rotation moves a person to another post and keeps the
// history. A role is a named set of permissions; an assignment gives a role to
// a person in a scope, from a day and perhaps until one. A stand-in acts with
// the authority of another person for a bounded time, as a chargé d'affaires
// covers an ambassador.
//
// Nobody grants more than they hold: see Service.Grant. Nothing is deleted;
// departments and missions close, people leave, assignments end.
//
// A week is the working days of a mission: its weekend, its own holidays and
// those of the ministry that it keeps. Whoever counts working days asks Week.
//
// Ministry, departments, missions, roles and holidays are few and read on every page, so
// they are kept in memory and read again at the live topic "org".
//
// Tables: org_ministry, org_department, org_mission, org_person, org_posting,
// org_role, org_assignment, org_standin, org_holiday, org_unkept. No jobs: end dates are compared with
// the clock whenever authority is asked for.
package org

import (
	"embed"
	"io/fs"

	"sifara/internal/db"
	"sifara/internal/perm"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed locales/*.json
var locales embed.FS

// The permissions of this context.
const (
	View   perm.Permission = "org.view"   // see people, roles and authority
	Manage perm.Permission = "org.manage" // change ministry, departments, missions and roles
	Staff  perm.Permission = "org.staff"  // add, change and rotate people
	Grant  perm.Permission = "org.grant"  // give and end roles, appoint stand-ins
)

// Permissions are those of this context with the standard roles that hold
// them.
func Permissions() []perm.Definition {
	return []perm.Definition{
		{Permission: View, Roles: StandardRoles()},
		{Permission: Manage, Roles: []string{Administrator, UnitHead, HeadOfMission}},
		{Permission: Staff, Roles: []string{Administrator, UnitHead, HeadOfMission}},
		{Permission: Grant, Roles: []string{Administrator, UnitHead, HeadOfMission}},
	}
}

// Migrations make the tables of this context.
func Migrations() db.Migrations {
	return db.Migrations{Context: "org", FS: sub(migrations, "migrations")}
}

// Locales are the words of this context.
func Locales() fs.FS { return sub(locales, "locales") }

func sub(f embed.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the directory is embedded
	}
	return s
}
