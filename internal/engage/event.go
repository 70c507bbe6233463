package engage

// Asked is emitted when a question has been taken.
type Asked struct {
	QuestionID string
	Number     int64
	MessageID  string
	MissionID  string
}

// EventName implements event.Event.
func (Asked) EventName() string { return "engage.asked" }

// AnswerSent is emitted when an answer or a correction has been sent.
type AnswerSent struct {
	QuestionID string
	Number     int64
	MessageID  string
	MissionID  string
	Revision   int64
	Public     bool
}

// EventName implements event.Event.
func (AnswerSent) EventName() string { return "engage.answered" }
