package listen

import "sifara/internal/db"

type wordsJob struct{}

func (wordsJob) Kind() string { return "listen.words" }

type detectJob struct{ From, To db.Time }

func (detectJob) Kind() string { return "listen.detect" }

func (s *Service) recountSoon(...any) error { return nil }
