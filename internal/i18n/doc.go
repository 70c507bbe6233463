// Package i18n speaks the four languages of the house: Arabic, Sorani
// (Central Kurdish), Kurmanji (Northern Kurdish) and English.
//
// A Catalogue is loaded once at the start from the locale files of every
// context and is read-only afterwards. A Printer is a catalogue seen in one
// language; it finds messages, chooses plural forms by the CLDR rules of the
// language and writes numbers, dates and names the way its readers do.
//
// A locale file is a flat JSON object. A value is either a text or an object
// of plural forms chosen by the argument "count":
//
//	{
//	  "publish.approved": {"one": "{name} approved one message",
//	                       "other": "{name} approved {count} messages"},
//	  "publish.title": "Messages"
//	}
//
// {name} is filled from the arguments; {{ and }} write a literal brace. Texts
// carry no markup: what is printed is text and is escaped by whoever puts it
// on a page.
//
// The names of countries and languages began from the Unicode CLDR, version 48
// (Unicode License v3), and were corrected by hand.
package i18n
