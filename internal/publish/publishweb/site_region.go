package publishweb

import "strings"

// regionOrder is the order in which parts of the world are shown: near to far
// as seen from Baghdad.
var regionOrder = []string{"arab", "asia", "europe", "africa", "america", "oceania", "other"}

// regionCodes are the countries of each region, ISO 3166-1 alpha-2. The Arab
// world is that of the Arab League; the rest follows the geoscheme of the
// United Nations (M49), with Türkiye, Iran and the Caucasus in Asia.
var regionCodes = map[string]string{
	"arab":    "AE BH DJ DZ EG IQ JO KM KW LB LY MA MR OM PS QA SA SD SO SY TN YE EH",
	"asia":    "AF AM AZ BD BN BT CN GE HK ID IL IN IR JP KG KH KP KR KZ LA LK MM MN MO MV MY NP PH PK SG TH TJ TL TM TR TW UZ VN",
	"europe":  "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK",
	"africa":  "AO BF BI BJ BW CD CF CG CI CM CV ER ET GA GH GM GN GQ GW KE LR LS MG ML MU MW MZ NA NE NG RE RW SC SH SL SN SS ST SZ TD TG TZ UG YT ZA ZM ZW",
	"america": "AG AI AR AW BB BL BM BO BQ BR BS BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GT GY HN HT JM KN KY LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI",
	"oceania": "AS AU CC CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
}

// regionOf is the part of the world to which a country belongs.
func regionOf(country string) string {
	for _, key := range regionOrder {
		if len(country) == 2 && strings.Contains(regionCodes[key], country) {
			return key
		}
	}
	return "other"
}
