package coordination

// Kind is a behaviour: what two accounts have in common when they act together.
type Kind uint8

// The behaviours.
const (
	Repost Kind   = iota // passed on the same post
	Link                 // linked to the same page
	Text                 // posted the same text
	Near                 // posted nearly the same text
	Tags                 // used the same hashtags in the same order
	Reply                // replied to the same post
	Image                // posted the same image
	Object               // shared the same object of a kind the input does not tell
	Kinds  = iota        // how many there are
)

var kindNames = [Kinds]string{"repost", "link", "text", "near", "tags", "reply", "image", "object"}

// String is the name in files and addresses: "repost", "link", ….
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// KindOf reads a name of [Kind.String].
func KindOf(name string) (Kind, bool) {
	for k, n := range kindNames {
		if n == name {
			return Kind(k), true
		}
	}
	return 0, false
}
