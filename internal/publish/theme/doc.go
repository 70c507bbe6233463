// Package theme keeps how the sites of the ministry and of its missions look:
// an accent colour and the ink on it, in light and in dark, the style of the
// header, an emblem. It is data, never a style sheet that somebody writes: from
// these few tokens the program derives every colour that a page uses, and holds
// each pair of front and ground to the contrast of WCAG 2.2 (success criteria
// 1.4.3, text, 4.5 to 1, and 1.4.11, controls, 3 to 1) before anything is saved.
//
// A mission without a theme of its own wears the ministry's; a ministry without
// one wears that of the program. Every saved theme becomes a small style sheet
// at an address made of its content, /theme/{digest}.css, which never changes
// its meaning; the last twenty of each unit are answered, so that a page which a
// reader has open, or a copy of the site, keeps its look.
//
// Tables: publish_theme, a row for each saving; publish_theme_logo, the emblems
// that were uploaded for a unit. Topics: publish.theme, heard by every node
// before "site", which empties the caches of pages.
package theme
