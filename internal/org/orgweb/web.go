// Package orgweb holds the console's pages and the API of the institution.
package orgweb

import (
	"sifara/internal/db"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/web"
)

type pages struct{ org *org.Service }

// Module offers the institution to the house.
func Module(svc *org.Service) module.Module {
	p := pages{svc}
	return module.Module{
		Name:        "org",
		Migrations:  []db.Migrations{org.Migrations()},
		Locales:     org.Locales(),
		Permissions: org.Permissions(),
		Nav:         []module.Nav{{Group: "nav.settings", Label: "org.title", Href: root, Icon: "building-bank", Permission: org.View}},
		Routes:      p.routes(),
		API:         p.api,
		Search:      []module.Search{{Permission: org.View, Find: p.find}},
		Commands: []module.Command{
			{Label: "org.missions", Href: missionsPath, Permission: org.View},
			{Label: "org.staff", Href: staffPath, Permission: org.View},
			{Label: "org.holidays", Href: holidaysPath, Permission: org.View},
			{Label: "org.roles", Href: rolesPath, Permission: org.View},
			{Label: "org.standins", Href: standInsPath, Permission: org.View},
			{Label: "org.mission_new", Href: missionsPath + "/new", Permission: org.Manage},
			{Label: "org.person_new", Href: staffPath + "/new", Permission: org.Staff},
			{Label: "org.standin_mine", Href: deputyPath, Permission: org.View},
		},
	}
}

// Links lead from the kinds of object in audit records to their pages.
func Links() map[string]string {
	return map[string]string{
		"ministry": root, "department": departmentsPath + "/{id}", "mission": missionsPath + "/{id}", "person": staffPath + "/{id}", "role": rolesPath, "holiday": holidaysPath,
	}
}

// Addresses of the pages.
const (
	root            = "/console/org"
	departmentsPath = root + "/departments"
	missionsPath    = root + "/missions"
	holidaysPath    = root + "/holidays"
	staffPath       = root + "/staff"
	rolesPath       = root + "/roles"
	standInsPath    = root + "/standins"
	deputyPath      = "/console/deputy"
)

func (p pages) routes() []web.Route {
	return []web.Route{
		web.Get(root, org.View, p.overview),
		web.Get(root+"/ministry", org.Manage, p.ministryForm),
		web.Post(root+"/ministry", org.Manage, p.saveMinistry),

		web.Get(departmentsPath+"/new", org.Manage, p.newDepartment),
		web.Post(departmentsPath, org.Manage, p.createDepartment),
		web.Get(departmentsPath+"/{id}", org.View, p.department),
		web.Get(departmentsPath+"/{id}/edit", org.Manage, p.editDepartment),
		web.Post(departmentsPath+"/{id}", org.Manage, p.saveDepartment),
		web.Post(departmentsPath+"/{id}/state", org.Manage, p.openDepartment),

		web.Get(missionsPath, org.View, p.missions),
		web.Get(missionsPath+"/new", org.Manage, p.newMission),
		web.Post(missionsPath, org.Manage, p.createMission),
		web.Get(missionsPath+"/{id}", org.View, p.mission),
		web.Get(missionsPath+"/{id}/edit", org.Manage, p.editMission),
		web.Post(missionsPath+"/{id}", org.Manage, p.saveMission),
		web.Post(missionsPath+"/{id}/state", org.Manage, p.openMission),

		web.Get(holidaysPath, org.View, p.holidays),
		web.Get(holidaysPath+"/new", org.Manage, p.newHoliday),
		web.Post(holidaysPath, org.Manage, p.createHoliday),
		web.Get(holidaysPath+"/{id}", org.Manage, p.editHoliday),
		web.Post(holidaysPath+"/{id}", org.Manage, p.saveHoliday),
		web.Post(holidaysPath+"/{id}/remove", org.Manage, p.removeHoliday),
		web.Post(holidaysPath+"/{id}/keep", org.Manage, p.keepHoliday),

		web.Get(staffPath, org.View, p.staff),
		web.Get(staffPath+"/new", org.Staff, p.newPerson),
		web.Post(staffPath, org.Staff, p.createPerson),
		web.Get(staffPath+"/{id}", org.View, p.person),
		web.Get(staffPath+"/{id}/edit", org.Staff, p.editPerson),
		web.Post(staffPath+"/{id}", org.Staff, p.savePerson),
		web.Post(staffPath+"/{id}/state", org.Staff, p.activatePerson),
		web.Get(staffPath+"/{id}/rotate", org.Staff, p.rotateForm),
		web.Post(staffPath+"/{id}/rotate", org.Staff, p.rotate),
		web.Get(staffPath+"/{id}/grant", org.Grant, p.grantForm),
		web.Post(staffPath+"/{id}/grant", org.Grant, p.grant),
		web.Post(root+"/assignments/{id}/end", org.Grant, p.endAssignment),
		web.Get(staffPath+"/{id}/standin", org.Grant, p.standInForm),
		web.Post(staffPath+"/{id}/standin", org.Grant, p.appointStandIn),

		web.Get(standInsPath, org.View, p.standIns),
		{Method: "POST", Pattern: standInsPath + "/{id}/end", SignedIn: true, Handler: p.endStandIn},
		{Method: "GET", Pattern: deputyPath, SignedIn: true, Handler: p.deputy},
		{Method: "POST", Pattern: deputyPath, SignedIn: true, Handler: p.appointDeputy},

		web.Get(rolesPath, org.View, p.roles),
		web.Get(rolesPath+"/new", org.Manage, p.newRole),
		web.Post(rolesPath, org.Manage, p.createRole),
		web.Get(rolesPath+"/{key}", org.Manage, p.editRole),
		web.Post(rolesPath+"/{key}", org.Manage, p.saveRole),
		web.Post(rolesPath+"/{key}/delete", org.Manage, p.deleteRole),
	}
}
