//! Requests of one kind that wait while others of that kind are being served are served next, together.
//!
//! Never holds a request back so that others may join it, and never serves one by work that began before it came.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::store::StoreError;

/// Requests that may wait: more than a node can have connections.
const WAITING_MAX: usize = 50_000;

/// How much is done at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Requests in one group at most.
    pub group: usize,
    /// Groups that are served at the same time at most.
    pub groups: usize,
}

/// Where requests of one kind meet.
#[derive(Debug)]
pub(super) struct Gathering<Request, Reply> {
    limits: Limits,
    desk: Mutex<Desk<Request, Reply>>,
}

#[derive(Debug)]
struct Desk<Request, Reply> {
    waiting: VecDeque<(Request, oneshot::Sender<Reply>)>,
    running: usize,
}

impl<Request: Send + 'static, Reply: Send + 'static> Gathering<Request, Reply> {
    /// A place where nobody waits.
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        assert!(limits.group > 0 && limits.groups > 0, "somebody is served");
        Arc::new(Self { limits, desk: Mutex::new(Desk { waiting: VecDeque::new(), running: 0 }) })
    }

    /// Serves a request, at once where there is room and otherwise with the others that wait. `serve_group` gives one
    /// reply for each request of its group, in their order.
    pub(super) async fn serve<Serve, Served>(
        self: &Arc<Self>,
        request: Request,
        serve_group: Serve,
    ) -> Result<Reply, StoreError>
    where
        Serve: Fn(Vec<Request>) -> Served + Send + 'static,
        Served: Future<Output = Vec<Reply>> + Send + 'static,
    {
        let (reply_to, reply) = oneshot::channel();
        if let Some(round) = self.join(request, reply_to)? {
            // A task of its own: a client that hangs up does not take the others of its group along.
            tokio::spawn(round.serve_all(serve_group));
        }
        reply.await.map_err(|_| StoreError::Unserved("the server is stopping"))
    }

    /// Queues a request; a round to run when there is room for one more.
    fn join(
        self: &Arc<Self>,
        request: Request,
        reply_to: oneshot::Sender<Reply>,
    ) -> Result<Option<Round<Request, Reply>>, StoreError> {
        let mut desk = self.desk();
        if desk.waiting.len() >= WAITING_MAX {
            return Err(StoreError::Unserved("too many requests wait for the database"));
        }
        desk.waiting.push_back((request, reply_to));
        if desk.running == self.limits.groups {
            return Ok(None);
        }
        desk.running += 1;
        Ok(Some(Round { gathering: Arc::clone(self), is_over: false }))
    }

    fn desk(&self) -> MutexGuard<'_, Desk<Request, Reply>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves group after group until nobody waits.
struct Round<Request: Send + 'static, Reply: Send + 'static> {
    gathering: Arc<Gathering<Request, Reply>>,
    is_over: bool,
}

impl<Request: Send + 'static, Reply: Send + 'static> Round<Request, Reply> {
    async fn serve_all<Serve, Served>(mut self, serve_group: Serve)
    where
        Serve: Fn(Vec<Request>) -> Served,
        Served: Future<Output = Vec<Reply>>,
    {
        while let Some((requests, waiting)) = self.next_group() {
            let replies = serve_group(requests).await;
            assert_eq!(replies.len(), waiting.len(), "a reply for each request");
            for (reply_to, reply) in waiting.into_iter().zip(replies) {
                // Who hung up does not want it any more.
                let _ = reply_to.send(reply);
            }
        }
    }

    /// The requests that waited longest, and where their replies go; the round is over when there are none.
    fn next_group(&mut self) -> Option<(Vec<Request>, Vec<oneshot::Sender<Reply>>)> {
        let mut desk = self.gathering.desk();
        let size = desk.waiting.len().min(self.gathering.limits.group);
        if size == 0 {
            desk.running -= 1;
            self.is_over = true;
            return None;
        }
        Some(desk.waiting.drain(..size).unzip())
    }
}

impl<Request: Send + 'static, Reply: Send + 'static> Drop for Round<Request, Reply> {
    /// A round that was broken off by a panic or by the end of its runtime leaves nobody waiting for it.
    fn drop(&mut self) {
        if !self.is_over {
            let mut desk = self.gathering.desk();
            desk.running -= 1;
            if desk.running == 0 {
                desk.waiting.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;

    use super::*;

    type Squares = Arc<Gathering<u64, (u64, usize)>>;

    /// The square and the size of the group it was worked out in, once the gate lets a group pass.
    async fn square(squares: &Squares, number: u64, gate: &Arc<Semaphore>) -> (u64, usize) {
        let gate = Arc::clone(gate);
        let reply = squares.serve(number, move |group: Vec<u64>| {
            let gate = Arc::clone(&gate);
            async move {
                gate.acquire().await.unwrap().forget();
                group.iter().map(|number| (number * number, group.len())).collect()
            }
        });
        reply.await.unwrap()
    }

    #[tokio::test]
    async fn those_that_come_while_one_is_served_are_served_together() {
        let squares: Squares = Gathering::new(Limits { group: 4, groups: 1 });
        let gate = Arc::new(Semaphore::new(0));
        let asked = futures_util::future::join_all((0..7).map(|number| square(&squares, number, &gate)));
        // Everybody has joined before the first group may pass: `join_all` polls the later futures first.
        let (replies, ()) = tokio::join!(asked, async { gate.add_permits(100) });
        let squared: Vec<u64> = replies.iter().map(|reply| reply.0).collect();
        assert_eq!(squared, [0, 1, 4, 9, 16, 25, 36]);
        let sizes: Vec<usize> = replies.iter().map(|reply| reply.1).collect();
        assert_eq!(sizes, [4, 4, 4, 4, 3, 3, 3]);
        assert_eq!(square(&squares, 9, &gate).await, (81, 1));
    }

    #[tokio::test]
    async fn whoever_hangs_up_is_served_all_the_same() {
        let served = Arc::new(Semaphore::new(0));
        let counting: Arc<Gathering<(), ()>> = Gathering::new(Limits { group: 1, groups: 1 });
        let count = Arc::clone(&served);
        let asked = counting.serve((), move |group: Vec<()>| {
            let count = Arc::clone(&count);
            async move {
                tokio::task::yield_now().await;
                count.add_permits(1);
                group
            }
        });
        drop(futures_util::FutureExt::now_or_never(asked));
        served.acquire().await.unwrap().forget();
    }

    #[tokio::test]
    async fn a_panic_is_an_error_for_its_group_and_the_next_are_served() {
        let gathering: Arc<Gathering<u32, u32>> = Gathering::new(Limits { group: 1, groups: 1 });
        let halve = |group: Vec<u32>| async move {
            group
                .into_iter()
                .map(|number| {
                    assert!(number % 2 == 0, "even");
                    number / 2
                })
                .collect()
        };
        let refused = gathering.serve(7, halve).await;
        assert!(matches!(refused, Err(StoreError::Unserved(_))), "{refused:?}");
        assert_eq!(gathering.serve(8, halve).await.unwrap(), 4);
    }
}
