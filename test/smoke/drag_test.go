package smoke

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// box is where an element is in the window.
type box struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// middle is the middle of an element.
func (b *browser) middle(selector string) box {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[box](fmt.Sprintf(`(r => ({x: r.left + r.width / 2, y: r.top + r.height / 2}))(document.querySelector(%s).getBoundingClientRect())`, quote(selector))))
}

func (b *browser) mouse(what input.DispatchMouseEventType, at box, buttons int64) {
	b.t.Helper()
	p := input.DispatchMouseEventParams{Type: what, X: at.X, Y: at.Y, Buttons: buttons, Button: input.MouseButtonLeft, ClickCount: 1}
	if what == input.DispatchMouseEventTypeMouseMoved {
		p.ClickCount = 0
	}
	if _, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, p); err != nil {
		b.t.Fatal(err)
	}
}

// drag takes an element with the mouse and lets it go over another. What the
// browser starts to drag is taken from it and dropped, which a browser without
// a screen cannot do by itself.
func (b *browser) drag(from, to string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(from)))
	b.script(fmt.Sprintf(`document.documentElement.style.scrollBehavior = "auto"; document.querySelector(%s).scrollIntoView({block: "center"})`, quote(from)))
	taken := make(chan *input.DragData, 1)
	if err := chromedp.Listen(b.ctx, func(ev any) {
		if e, ok := ev.(*input.EventDragIntercepted); ok {
			select {
			case taken <- e.Data:
			default:
			}
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: true}); err != nil {
		b.t.Fatal(err)
	}
	a, z := b.middle(from), b.middle(to)
	b.mouse(input.DispatchMouseEventTypeMouseMoved, a, 0)
	b.mouse(input.DispatchMouseEventTypeMousePressed, a, 1)
	for n := 1.0; n <= 8; n++ {
		b.mouse(input.DispatchMouseEventTypeMouseMoved, box{a.X + (z.X-a.X)*n/8, a.Y + (z.Y-a.Y)*n/8}, 1)
	}
	var data *input.DragData
	select {
	case data = <-taken:
	case <-time.After(20 * time.Second):
		b.picture("not-dragged")
		b.t.Fatalf("%s cannot be dragged", from)
	}
	for _, what := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver} {
		if _, err := chromedp.Call(b.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: what, X: z.X, Y: z.Y, Data: data}); err != nil {
			b.t.Fatal(err)
		}
	}
	if !b.has(to + ".month-over") {
		b.t.Errorf("the day under the pointer does not show that it takes the release")
	}
	b.leave()
	if _, err := chromedp.Call(b.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: input.DispatchDragEventTypeDrop, X: z.X, Y: z.Y, Data: data}); err != nil {
		b.t.Fatal(err)
	}
	b.mouse(input.DispatchMouseEventTypeMouseReleased, z, 0)
	if _, err := chromedp.Call(b.ctx, input.SetInterceptDrags, input.SetInterceptDragsParams{}); err != nil {
		b.t.Fatal(err)
	}
	b.arrive()
}

// overwrite types a value over what a field holds, by the keyboard.
func (b *browser) overwrite(value string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.select();0`), chromedp.KeyEvent(value))
}

// TestMoveInTheCalendar drags planned releases to a day of remembrance with the
// mouse, and moves others there by the keyboard, in both directions of writing:
// each time the page says what speaks against the day, nothing has moved before
// that is confirmed, and then it stands on the new day at its time of day.
func TestMoveInTheCalendar(t *testing.T) {
	if testing.Short() {
		t.Skip("moves releases in a browser")
	}
	data := demonstration(t)
	n := serveOwn(t, data)
	people := staff(t, data)
	o := openOffice(t, n.base, people, "brussels")
	baghdad, err := time.LoadLocation("Asia/Baghdad")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().In(baghdad)
	halabja := time.Date(now.Year(), time.March, 16, 10, 30, 0, 0, baghdad) // a day of remembrance
	if !halabja.After(now.AddDate(0, 0, 1)) {
		halabja = halabja.AddDate(1, 0, 0)
	}
	calendar := "/console/calendar?month=" + halabja.Format("2006-01")
	day := `td[data-day="` + halabja.Format(time.DateOnly) + `"]`
	for _, lang := range []string{"ar", "en"} {
		for _, way := range []string{"mouse", "keyboard"} {
			t.Run(lang+" "+way, func(t *testing.T) {
				m := o.approved("Move "+lang+" "+way, "Hours of the consular section.")
				o.release(m, halabja.AddDate(0, 0, 1))
				entry := `[data-message="` + m.ID + `"]`
				b := newBrowser(t, n.base, 1280)
				b.as(people["spokesperson"], lang)
				b.open(calendar)
				b.wants("the calendar", "td "+entry+`[draggable="true"]`)
				b.picture("move-" + lang + "-calendar")
				if way == "mouse" {
					b.drag(entry, day)
				} else {
					b.reach(entry + " .month-move")
					b.leave()
					b.do(chromedp.KeyEvent("\r"))
					b.arrive()
					b.reach(`input[name="to-day"]`)
					b.overwrite("16")
					b.leave()
					b.do(chromedp.KeyEvent("\r"))
					b.arrive()
				}
				b.picture("move-" + lang + "-warned")
				if said := b.text("#warnings"); !strings.Contains(said, map[string]string{"ar": "يوم ذكرى", "en": "Day of remembrance"}[lang]) || !strings.Contains(said, map[string]string{"ar": "حلبجة", "en": "Halabja"}[lang]) {
					t.Errorf("the page warns: %s", said)
				}
				stands := func() time.Time {
					t.Helper()
					return call[struct {
						At time.Time `json:"release_at"`
					}](o.releaser, http.MethodGet, "/messages/"+m.ID, nil).At
				}
				if at := stands(); !at.Equal(halabja.AddDate(0, 0, 1)) {
					t.Fatalf("moved to %v before anybody confirmed it", at)
				}
				confirm := `form:has(input[name="confirm"]) button[type=submit]`
				if way == "mouse" {
					b.follow(confirm)
				} else {
					b.reach(confirm)
					b.leave()
					b.do(chromedp.KeyEvent("\r"))
					b.arrive()
				}
				b.done("moving the release")
				b.wants("the new day", day+" "+entry)
				if at := stands(); !at.Equal(halabja) {
					t.Errorf("it stands at %v, want %v", at, halabja)
				}
				for _, said := range b.heard() {
					t.Errorf("the browser complains: %s", said)
				}
			})
		}
	}
}
