package ui

import (
	"math"
	"strconv"
)

// MapPoint is a place on the world map.
type MapPoint struct {
	Label string
	Note  string // said with the label: host country, figure
	Href  string // optional
	Lat   float64
	Lon   float64
	Size  float64 // 0 to 1, by area; 0 is the usual dot
	Kind  Kind    // Danger and Warning stand out; others are the usual colour
}

// The map is drawn by assets/build/world.mjs in the same projection, at the
// same scale, without Antarctica.
const (
	mapWidth  = 960.0
	mapHeight = 440.0
	mapScale  = 174.0
	mapMidX   = 480.0
	mapMidY   = 246.0
)

// project places a point of the globe on the map by the Natural Earth
// projection (T. Patterson; polynomial by B. Šavrič et al., 2011), as d3-geo
// does.
func project(lat, lon float64) (x, y float64) {
	lambda, phi := lon*math.Pi/180, lat*math.Pi/180
	p2 := phi * phi
	p4 := p2 * p2
	x = lambda * (0.8707 - 0.131979*p2 + p4*(-0.013791+p4*(0.003971*p2-0.001529*p4)))
	y = phi * (1.007226 + p2*(0.015085+p4*(-0.044475+0.028874*p2-0.005916*p4)))
	return mapMidX + mapScale*x, mapMidY - mapScale*y
}

func (m MapPoint) x() string { x, _ := project(m.Lat, m.Lon); return fixed(x) }
func (m MapPoint) y() string { _, y := project(m.Lat, m.Lon); return fixed(y) }

// radius grows with the root of the size, so that areas compare.
func (m MapPoint) radius() string {
	if m.Size <= 0 {
		return "6"
	}
	return fixed(4 + 18*math.Sqrt(min(m.Size, 1)))
}

// name is what the point says to those who cannot see the map.
func (m MapPoint) name() string {
	if m.Note == "" {
		return m.Label
	}
	return m.Label + " – " + m.Note
}

func fixed(v float64) string { return string(appendFixed(nil, v)) }

func appendFixed(b []byte, v float64) []byte { return strconv.AppendFloat(b, v, 'f', 1, 64) }
