package orgweb

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// caller sends requests of the API as people of the house.
type caller struct {
	h *house
	t *testing.T
}

func (c caller) do(by org.Person, method, path string, body, into any) int {
	c.t.Helper()
	grants, err := c.h.Grants(c.t.Context(), by.ID)
	c.h.must(err)
	client := c.h.site.As(&perm.Actor{Kind: perm.Token, ID: by.ID, Name: by.Name, Grants: grants}, i18n.English)
	sent := ""
	if body != nil {
		raw, err := json.Marshal(body)
		c.h.must(err)
		sent = string(raw)
	}
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(sent))
	r.Header.Set("Authorization", "Bearer test")
	r.Header.Set("Content-Type", "application/json")
	a := client.Do(c.t, r)
	if into != nil && a.Status < 300 {
		if err := json.Unmarshal([]byte(a.Body), into); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, a.Body)
		}
	}
	return a.Status
}

// unheld gives a permission that a head of mission does not hold.
func (h *house) unheld() perm.Permission {
	h.t.Helper()
	head, err := h.Role(h.t.Context(), org.HeadOfMission)
	h.must(err)
	known, err := h.KnownPermissions(h.t.Context())
	h.must(err)
	for _, p := range known {
		if !head.Holds(p) {
			return p
		}
	}
	h.t.Fatal("a head of mission holds everything")
	return ""
}

func TestRolesByAPI(t *testing.T) {
	h := open(t)
	pages{h.Service}.api(web.NewAPI(h.site.Server, "test"))
	c := caller{h, t}
	press := map[string]any{"key": "press", "names": four("Press"), "permissions": []string{"org.view"}}
	if got := c.do(h.head, "POST", "/roles", press, nil); got != http.StatusForbidden {
		t.Errorf("a head of mission adds a role: %d", got)
	}
	var role org.Role
	if got := c.do(h.first, "POST", "/roles", press, &role); got != http.StatusCreated || role.Version != 1 {
		t.Fatalf("add: %d %+v", got, role)
	}
	if got := c.do(h.first, "POST", "/roles", press, nil); got != http.StatusUnprocessableEntity {
		t.Errorf("the same key again: %d", got)
	}
	press["permissions"], press["version"] = []string{"org.view", "org.grant"}, 1
	delete(press, "key")
	if got := c.do(h.first, "PUT", "/roles/press", press, &role); got != http.StatusOK || len(role.Permissions) != 2 {
		t.Errorf("change: %d %+v", got, role)
	}
	if got := c.do(h.first, "PUT", "/roles/press", press, nil); got != http.StatusConflict {
		t.Errorf("change of an old version: %d", got)
	}
	if got := c.do(h.first, "PUT", "/roles/"+org.Reader, press, nil); got != http.StatusConflict {
		t.Errorf("change a standard role: %d", got)
	}
	var all web.List[org.Role]
	if got := c.do(h.reader, "GET", "/roles?limit=200", nil, &all); got != http.StatusOK || len(all.Items) != len(org.StandardRoles())+1 {
		t.Errorf("list: %d, %d roles", got, len(all.Items))
	}
	if got := c.do(h.first, "DELETE", "/roles/press", nil, nil); got != http.StatusNoContent {
		t.Errorf("delete: %d", got)
	}
	if got := c.do(h.first, "GET", "/roles/press", nil, nil); got != http.StatusNotFound {
		t.Errorf("after its deletion: %d", got)
	}
}

func TestAuthorityByAPI(t *testing.T) {
	h := open(t)
	pages{h.Service}.api(web.NewAPI(h.site.Server, "test"))
	c := caller{h, t}
	h.must(h.CreateRole(h.system(), org.Role{Key: "record", Names: four("Record"), Permissions: []perm.Permission{h.unheld()}}))
	until := h.clock.Now().Add(48 * time.Hour)
	grant := func(role string, level perm.Level, unit string) map[string]any {
		return map[string]any{"role": role, "level": level, "unit": unit, "until": until, "reason": "test"}
	}
	to := "/people/" + h.reader.ID + "/roles"
	for _, tc := range []struct {
		name string
		by   org.Person
		path string
		body map[string]any
		want int
	}{
		{"a reader grants", h.reader, to, grant(org.Reader, perm.Mission, h.paris.ID), http.StatusForbidden},
		{"more than held", h.head, to, grant("record", perm.Mission, h.paris.ID), http.StatusForbidden},
		{"wider than held", h.head, to, grant(org.Reader, perm.Ministry, ""), http.StatusForbidden},
		{"elsewhere", h.head, to, grant(org.Reader, perm.Mission, h.rome.ID), http.StatusForbidden},
		{"to oneself", h.head, "/people/" + h.head.ID + "/roles", grant(org.Reader, perm.Mission, h.paris.ID), http.StatusForbidden},
		{"to someone out of sight", h.head, "/people/" + h.abroad.ID + "/roles", grant(org.Reader, perm.Mission, h.paris.ID), http.StatusUnprocessableEntity},
		{"no such role", h.head, to, grant("nobody", perm.Mission, h.paris.ID), http.StatusUnprocessableEntity},
		{"a wrong level", h.head, to, grant(org.Reader, "world", ""), http.StatusUnprocessableEntity},
	} {
		if got := c.do(tc.by, "POST", tc.path, tc.body, nil); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
	var a org.Assignment
	body := grant(org.HeadOfMission, perm.Mission, h.paris.ID)
	body["id"] = id.New()
	for range 2 { // the same id grants once
		if got := c.do(h.head, "POST", to, body, &a); got != http.StatusCreated || !a.Until.Std().Equal(until) {
			t.Fatalf("grant: %d %+v", got, a)
		}
	}
	var all web.List[org.Assignment]
	if got := c.do(h.head, "GET", to, nil, &all); got != http.StatusOK || len(all.Items) != 2 {
		t.Errorf("list: %d %+v", got, all)
	}
	if got := c.do(h.abroad, "DELETE", "/assignments/"+a.ID, nil, nil); got != http.StatusForbidden {
		t.Errorf("ended by someone without the permission: %d", got)
	}
	if got := c.do(h.head, "DELETE", "/assignments/"+a.ID+"?reason=over", nil, nil); got != http.StatusNoContent {
		t.Errorf("end: %d", got)
	}
	standIn := map[string]any{"person_id": h.reader.ID, "for_person_id": h.head.ID, "until": until, "reason": "leave"}
	if got := c.do(h.reader, "POST", "/stand-ins", standIn, nil); got != http.StatusForbidden {
		t.Errorf("a reader makes themselves the stand-in of the head: %d", got)
	}
	var s org.StandIn
	if got := c.do(h.head, "POST", "/stand-ins", standIn, &s); got != http.StatusCreated || s.ForPersonID != h.head.ID {
		t.Fatalf("stand-in: %d %+v", got, s)
	}
	var list web.List[org.StandIn]
	if got := c.do(h.reader, "GET", "/stand-ins", nil, &list); got != http.StatusOK || len(list.Items) != 1 {
		t.Errorf("stand-ins: %d %+v", got, list)
	}
	if got := c.do(h.head, "DELETE", "/stand-ins/"+s.ID, nil, nil); got != http.StatusNoContent {
		t.Errorf("end of the stand-in: %d", got)
	}
}

func TestHolidaysByAPI(t *testing.T) {
	h := open(t)
	pages{h.Service}.api(web.NewAPI(h.site.Server, "test"))
	c := caller{h, t}
	feast := map[string]any{"names": four("Feast"), "calendar": "hijri", "month": 10, "day": 1, "days": 3}
	if got := c.do(h.head, "POST", "/holidays", feast, nil); got != http.StatusForbidden {
		t.Errorf("a head of mission enters a holiday of the ministry: %d", got)
	}
	var x org.Holiday
	if got := c.do(h.first, "POST", "/holidays", feast, &x); got != http.StatusCreated || x.Days != 3 {
		t.Fatalf("enter: %d %+v", got, x)
	}
	if got := c.do(h.head, "POST", "/holidays/"+x.ID+"/kept", map[string]any{"mission_id": h.paris.ID, "year": 1447, "keep": false}, nil); got != http.StatusNoContent {
		t.Errorf("not kept: %d", got)
	}
	var days web.List[dayOff]
	if got := c.do(h.reader, "GET", "/holidays/days?mission="+h.paris.ID+"&from=2026-03-01T00:00:00Z&until=2027-12-31T00:00:00Z", nil, &days); got != http.StatusOK || len(days.Items) != 2 {
		t.Fatalf("days: %d %+v", got, days)
	}
	if d := days.Items[0]; d.First != "2026-03-20" || d.Last != "2026-03-22" || d.Kept || !d.Inherited || !days.Items[1].Kept {
		t.Errorf("days = %+v", days.Items)
	}
	if got := c.do(h.reader, "GET", "/holidays/days?until=2400-01-01T00:00:00Z", nil, nil); got != http.StatusUnprocessableEntity {
		t.Errorf("centuries: %d", got)
	}
	feast["days"], feast["version"] = 4, 1
	if got := c.do(h.first, "PUT", "/holidays/"+x.ID, feast, &x); got != http.StatusOK || x.Days != 4 {
		t.Errorf("change: %d %+v", got, x)
	}
	if got := c.do(h.first, "DELETE", "/holidays/"+x.ID, nil, nil); got != http.StatusNoContent {
		t.Errorf("remove: %d", got)
	}
}
