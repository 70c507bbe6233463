// Command sifara is the whole house in one program: it serves the public site,
// the console and the API, and does what operators and analysts do on the
// command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"sifara/internal/app"
)

// line is the command line.
type line struct {
	app.Config
	ConfigFile kong.ConfigFlag `name:"config-file" help:"Configuration file (TOML) with the long names of the flags." env:"SIFARA_CONFIG_FILE" placeholder:"FILE"`

	Serve   serveCmd   `cmd:"" help:"Serve the site, the console and the API."`
	Init    initCmd    `cmd:"" help:"Set up a ministry: its names, its country, its first administrator."`
	Migrate migrateCmd `cmd:"" help:"Bring the database schema up to this version."`
	Doctor  doctorCmd  `cmd:"" help:"Check that everything the house needs is there and sound."`
	Backup  backupCmd  `cmd:"" help:"Write a backup while the house is running."`
	Restore restoreCmd `cmd:"" help:"Restore a backup into an empty data folder."`
	User    userCmd    `cmd:"" help:"Manage who may sign in."`
	Listen  listenCmd  `cmd:"" help:"Import, search and watch posts."`
	Text    textCmd    `cmd:"" help:"Languages, spellings and stems of texts, one a line on standard input."`
	Audit   auditCmd   `cmd:"" help:"The record nobody can quietly change."`
	Verify  verifyCmd  `cmd:"" help:"Check offline that a text is ours, from its proof."`
	Demo    demoCmd    `cmd:"" help:"The demonstration ministry."`
	Config_ configCmd  `cmd:"" name:"config" help:"Print the configuration in force, secrets hidden."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var l line
	parser, err := kong.New(&l,
		kong.Name("sifara"), kong.Description("Digital diplomacy for a ministry and its missions."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Configuration(app.ReadConfigFile, filepath.Join(os.Getenv("SIFARA_DATA"), "sifara.toml")),
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		// Its file of configuration cannot be read.
		fmt.Fprintln(os.Stderr, "sifara: "+app.Explain(err))
		os.Exit(2)
	}
	k, err := parser.Parse(os.Args[1:])
	if err != nil {
		parser.Errorf("%s", err)
		os.Exit(2)
	}
	if err := k.Run(&l.Config); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(os.Stderr, "sifara: "+app.Explain(err))
		}
		os.Exit(app.ExitCode(err))
	}
}

// errReported ends a command that has already said what is wrong.
var errReported = errors.New("reported")
