package listen

import (
	"time"

	"sifara/internal/jobs"
)

// Jobs registers what runs outside requests.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.countWords)
	jobs.Handle(q, s.runDetect)
	jobs.Handle(q, s.runWatch)
	jobs.Handle(q, s.runRecount)
	jobs.Handle(q, s.runRecounts)
	jobs.Handle(q, s.runPrune)
	jobs.Handle(q, s.runFilter)
	jobs.Handle(q, s.runImport)
	jobs.Handle(q, s.runPoll)
	jobs.Handle(q, s.runFetch)
	q.Every(time.Minute, pollJob{})
	q.Every(5*time.Minute, wordsJob{})
	q.Every(watchEvery, watchJob{})
	q.Every(time.Hour, pruneJob{})
	q.Every(time.Hour, recountsJob{})
}
