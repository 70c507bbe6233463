package prayer

import (
	"math"
	"time"
)

// horizon is the height in degrees of the sun's centre when its upper edge
// touches the horizon, with the bending of light.
const horizon = -50.0 / 60

// side is before or after noon.
type side float64

const (
	morning side = -1
	evening side = 1
)

// sky is what a place sees of the sun.
type sky struct{ lat, lon float64 }

func rad(deg float64) float64 { return deg * math.Pi / 180 }
func deg(rad float64) float64 { return rad * 180 / math.Pi }

// j2000 is noon of 1 January 2000.
var j2000 = time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)

// sun gives the declination of the sun in degrees and the equation of time in
// hours: how far a sundial is ahead of the mean sun.
func sun(t time.Time) (declination, equation float64) {
	c := t.Sub(j2000).Hours() / 24 / 36525 // Julian centuries
	long := 280.46646 + c*(36000.76983+c*0.0003032)
	anomaly := rad(357.52911 + c*(35999.05029-c*0.0001537))
	centre := math.Sin(anomaly)*(1.914602-c*(0.004817+c*0.000014)) + math.Sin(2*anomaly)*(0.019993-c*0.000101) + math.Sin(3*anomaly)*0.000289
	node := rad(125.04 - 1934.136*c)
	apparent := rad(long + centre - 0.00569 - 0.00478*math.Sin(node))
	tilt := rad(23.4392911 - c*(0.0130042+c*(0.00000016-c*0.000000504)) + 0.00256*math.Cos(node))
	ascension := deg(math.Atan2(math.Cos(tilt)*math.Sin(apparent), math.Cos(apparent)))
	declination = deg(math.Asin(math.Sin(tilt) * math.Sin(apparent)))
	return declination, math.Remainder(long-0.0057183-ascension, 360) / 15
}

// solar is the hour of the true sun at the place: 12 when it is highest.
func (s sky) solar(t time.Time) float64 {
	_, equation := sun(t)
	return t.Sub(j2000).Hours() + 12 + s.lon/15 + equation
}

// towards gives the moment near t at which the true sun's hour is the given one.
func (s sky) towards(t time.Time, hour float64) time.Time {
	return t.Add(time.Duration(math.Remainder(hour-s.solar(t), 24) * float64(time.Hour)))
}

// rounds are enough to settle a moment to the second: each divides the error by
// some hundreds.
const rounds = 4

// transit is when the sun is highest, on the day whose noon by the clock is t.
func (s sky) transit(t time.Time) time.Time {
	for range rounds {
		t = s.towards(t, 12)
	}
	return t
}

// crossing is when the sun stands at a height before or after noon; false when
// it does not reach it that day.
func (s sky) crossing(noon time.Time, height float64, when side) (time.Time, bool) {
	t := noon
	for range rounds {
		declination, _ := sun(t)
		cos := (math.Sin(rad(height)) - math.Sin(rad(s.lat))*math.Sin(rad(declination))) / (math.Cos(rad(s.lat)) * math.Cos(rad(declination)))
		if math.IsNaN(cos) || cos < -1 || cos > 1 {
			return time.Time{}, false
		}
		t = s.towards(t, 12+float64(when)*deg(math.Acos(cos))/15)
	}
	return t, true
}

// shadow is when, after noon, the shadow of a thing is longer than at noon by a
// multiple of its length; false when the sun does not rise that high.
func (s sky) shadow(noon time.Time, length float64) (time.Time, bool) {
	declination, _ := sun(noon)
	apart := math.Abs(s.lat - declination)
	if apart >= 90 {
		return time.Time{}, false
	}
	return s.crossing(noon, deg(math.Atan(1/(length+math.Tan(rad(apart))))), evening)
}
