package main

import (
	"context"
	"fmt"
	"io"

	"sifara/internal/app"
	"sifara/internal/auth"
	"sifara/internal/i18n"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Add an official and invite them by mail."`
	List    userListCmd    `cmd:"" help:"List officials and how they sign in."`
	Reset   userResetCmd   `cmd:"" help:"Take all credentials of an official away and print a new invitation link."`
	Disable userDisableCmd `cmd:"" help:"Shut an official out at once."`
}

type userAddCmd struct {
	output
	Email    string `arg:"" help:"E-mail address."`
	Name     string `required:"" help:"Name as pages show it."`
	Post     string `required:"" help:"Post: Press officer."`
	Role     string `required:"" help:"Key of a role: drafter, head_of_mission, …"`
	Mission  string `help:"Slug of the mission they serve at; empty for the ministry."`
	Language string `help:"ar, ckb, kmr or en." enum:"ar,ckb,kmr,en" default:"ar"`
}

func (u *userAddCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "user add")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	p, err := h.Auth.CreateUser(ctx, auth.NewUser{Name: u.Name, Email: u.Email, Language: i18n.Lang(u.Language), Mission: u.Mission, Role: u.Role, Post: u.Post})
	if err != nil {
		return err
	}
	link, err := h.Auth.InvitationLink(ctx, p.ID)
	if err != nil {
		return err
	}
	return u.print(map[string]string{"id": p.ID, "invitation": link}, func(w io.Writer) { fmt.Fprintf(w, "%s\t%s\n", p.ID, link) })
}

type userListCmd struct{ output }

func (u *userListCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "user list")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	list, err := h.Auth.ListUsers(ctx)
	if err != nil {
		return err
	}
	users := make([]userLine, len(list))
	for i, o := range list {
		users[i] = userLine{ID: o.Person.ID, Email: o.Person.Email, Name: o.Person.Name, Active: o.Person.Active && !o.Disabled, Passkeys: len(o.Passkeys), Password: o.HasPassword, Invited: o.Invited}
	}
	return u.print(users, func(w io.Writer) {
		for _, l := range users {
			fmt.Fprintf(w, "%s\t%s\t%s\tactive %t\tpasskeys %d\tpassword %t\tinvited %t\n", l.ID, l.Email, l.Name, l.Active, l.Passkeys, l.Password, l.Invited)
		}
	})
}

// userLine is one official in the list.
type userLine struct {
	ID       string `json:"id"`
	Email    string `json:"email"`
	Name     string `json:"name"`
	Active   bool   `json:"active"`
	Passkeys int    `json:"passkeys"`
	Password bool   `json:"password"`
	Invited  bool   `json:"invited"`
}

type userResetCmd struct {
	output
	Email string `arg:"" help:"E-mail address."`
}

func (u *userResetCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "user reset")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	p, err := h.Auth.UserByEmail(ctx, u.Email)
	if err != nil {
		return err
	}
	if err := h.Auth.ResetAccess(ctx, p.ID); err != nil {
		return err
	}
	link, err := h.Auth.InvitationLink(ctx, p.ID)
	if err != nil {
		return err
	}
	return u.print(map[string]string{"invitation": link}, func(w io.Writer) { fmt.Fprintln(w, link) })
}

type userDisableCmd struct {
	Email string `arg:"" help:"E-mail address."`
}

func (u *userDisableCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "user disable")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	p, err := h.Auth.UserByEmail(ctx, u.Email)
	if err != nil {
		return err
	}
	return h.Auth.Disable(ctx, p.ID)
}
