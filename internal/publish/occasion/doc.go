// Package occasion keeps the days that return: national days of Iraq and of the
// Kurdistan Region, those of host countries, days of remembrance, feasts, and
// international days of the United Nations. They stand in the calendar, and a
// campaign or a message is planned from one.
//
// They are data: a table that comes with the program, over which the ministry
// writes its own entries, and corrections of single years. Hijri days are
// reckoned by the Umm al-Qura calendar; where a month is announced by sighting
// they may fall a day earlier or later, and are corrected by hand for that year.
//
// An occasion closes nothing: the days on which a mission does not work are its
// holidays (package org).
//
// Tables: publish_occasion, publish_occasion_day.
package occasion
