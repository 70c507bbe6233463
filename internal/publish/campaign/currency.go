package campaign

import "sort"

// exponents are how many digits the smallest unit of a currency has after the
// separator (ISO 4217, column "Minor unit"), for the currencies of Iraq, of
// the countries with its missions and of international accounts. Iraq's dinar has
// none here: its thousandth, the fils, is in no price and in no account.
var exponents = map[string]int{
	"IQD": 0, "USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "JOD": 3, "KWD": 3, "BHD": 3, "OMR": 3, "TND": 3, "LYD": 3,
	"SAR": 2, "AED": 2, "QAR": 2, "EGP": 2, "LBP": 2, "SYP": 2, "IRR": 2, "TRY": 2, "SEK": 2, "NOK": 2, "DKK": 2,
	"AUD": 2, "CAD": 2, "JPY": 0, "CNY": 2, "INR": 2, "PKR": 2, "RUB": 2, "PLN": 2, "RON": 2, "CZK": 2, "HUF": 2,
	"BGN": 2, "UAH": 2, "AZN": 2, "AMD": 2, "GEL": 2, "MAD": 2, "DZD": 2, "SDG": 2, "YER": 2, "ZAR": 2, "KES": 2,
	"BRL": 2, "KRW": 0, "MYR": 2, "IDR": 2, "VND": 0, "RSD": 2,
}

// Exponent gives the digits after the separator of a currency; false for one
// that campaigns do not know.
func Exponent(currency string) (int, bool) {
	n, ok := exponents[currency]
	return n, ok
}

// Currencies lists the codes that may be chosen: Iraq's own first, then by
// code.
func Currencies() []string {
	out := make([]string, 0, len(exponents))
	for c := range exponents {
		if c != "IQD" {
			out = append(out, c)
		}
	}
	sort.Strings(out)
	return append([]string{"IQD"}, out...)
}
