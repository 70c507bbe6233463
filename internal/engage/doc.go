// Package engage holds the talk with the public under a statement: anyone may
// ask a question without an account, the mission answers it, and when both
// agree question and answer stand on the public site (R3.1).
//
// The life of a question: new → assigned → (answer_pending) → answered, or
// closed with a reason; a closed one can be reopened. The due time is counted
// in the working days of the mission that has it. An answer is written as a
// draft, goes through a second person where the mission's route says so, and is
// sent in one transaction: it is answered entirely or not at all, and only
// once. A correction is a further revision of the answer with a note that
// readers see.
//
// The asker gives as little as possible. Nothing of the address they come from
// is stored. Their secret link is derived from the vault, so the database holds
// only its hash. An e-mail address is sealed in the vault, used for two letters
// (the link, and the notice that an answer exists) and then deleted. Texts of
// questions closed without an answer are deleted after a time, and an asker may
// delete theirs at once.
//
// Tables: engage_question, engage_answer, engage_entry (what happened to a
// question, and internal notes), engage_canned (prepared answers),
// engage_notice (letters to askers), engage_counter, engage_question_words.
// Events: Asked ("engage.asked"), AnswerSent ("engage.answered"). Live topics: "engage.inbox",
// "engage.question:ID", and "site" when a public page changes. Jobs:
// engage.notice, engage.retain.
package engage

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

// The permissions of this context. View reads the inbox, which holds private
// letters; Answer writes and sends; Approve lets somebody else's answer go out;
// Moderate takes public answers down and keeps the prepared answers.
const (
	View     perm.Permission = "engage.view"
	Answer   perm.Permission = "engage.answer"
	Approve  perm.Permission = "engage.approve"
	Moderate perm.Permission = "engage.moderate"
)

// Permissions are those of this context.
func Permissions() []perm.Definition {
	return []perm.Definition{
		{Permission: View, Roles: []string{"unit_head", "head_of_mission", "inbox_officer", "clearer", "auditor"}},
		{Permission: Answer, Roles: []string{"unit_head", "head_of_mission", "inbox_officer"}},
		{Permission: Approve, Roles: []string{"unit_head", "head_of_mission", "clearer"}},
		{Permission: Moderate, Roles: []string{"unit_head", "head_of_mission", "inbox_officer"}},
	}
}

// Migrations make the tables of this context.
func Migrations() db.Migrations {
	return db.Migrations{Context: "engage", FS: sub(migrations, "migrations")}
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
