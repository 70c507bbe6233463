// Package slot keeps the weekly slots of missions and of the ministry, and the
// queues that fill them: "two messages on Tuesdays at ten, by any channel".
//
// A message that has been approved and is put into the queue of its speaker is
// planned for the first slot that suits it: of its kind and channel, after its
// embargo and its cooling-off, before the end of its time, outside the silences
// of the place (package timing). Where slots of one moment suit alike, the most
// particular is taken. An order and the slots decide every time: what is moved
// or taken out, and slots that are changed, move those behind.
//
// What a pause holds up waits for an official, as everywhere; put back, it comes
// first and the others follow a slot later. What missed its slot by more than
// publish.QueueGrace because nothing ran takes the next slots, in its order. So
// neither the end of a pause nor a start after an outage is a flood.
//
// Planning itself is publish's: who puts a message into the queue takes the last
// step of its route, and all that holds for a planned release holds.
//
// Times are the local ones of the place, in summer and winter; a slot within the
// hour that a change of clocks leaves out comes as much later.
//
// Table: publish_slot. Job: publish.slots every minute.
package slot
