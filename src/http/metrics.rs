//! Figures for operators at `/metrics`, in Prometheus' text form.
//!
//! | figure | kind | labels |
//! | --- | --- | --- |
//! | `http_request_duration_seconds` | histogram | method, route (template), status |
//! | `waymark_group_commit_answers` | histogram | |
//! | `waymark_answers_total` | counter | outcome: recorded, repeated |
//! | `waymark_selection_duration_seconds` | histogram | |
//! | `waymark_shadow_tests_total` | counter | `outcome`: optimal, node_limit, kept, not_found, inherited, infeasible |
//! | `waymark_sign_ins_total` | counter | outcome: accepted, refused, slowed, failed |

use std::sync::OnceLock;
use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

const REQUEST_DURATION: &str = "http_request_duration_seconds";
const GROUP_COMMIT: &str = "waymark_group_commit_answers";
const SELECTION_DURATION: &str = "waymark_selection_duration_seconds";
const REQUEST_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const GROUP_BUCKETS: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
const SELECTION_BUCKETS: [f64; 10] = [2e-6, 5e-6, 1e-5, 2.5e-5, 1e-4, 2.5e-4, 1e-3, 1e-2, 5e-2, 0.5];

/// The figures of this process. A process has one set of them, however many servers run in it.
pub fn figures() -> &'static PrometheusHandle {
    static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();
    FIGURES.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(REQUEST_DURATION.to_owned()), &REQUEST_BUCKETS)
            .and_then(|builder| {
                builder
                    .set_buckets_for_metric(Matcher::Full(SELECTION_DURATION.to_owned()), &SELECTION_BUCKETS)
            })
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Full(GROUP_COMMIT.to_owned()), &GROUP_BUCKETS)
            })
            .expect("the buckets are not empty")
            .build_recorder();
        let handle = recorder.handle();
        // Another recorder was there first: its owner reads the figures, and ours stay empty.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}

/// Measures a request under the template of its route, so that the number of figures is bounded.
pub async fn measure<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let method = request.method().to_string();
    let response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let status = response.status().as_u16().to_string();
    metrics::histogram!(REQUEST_DURATION, "method" => method, "route" => route, "status" => status)
        .record(started.elapsed().as_secs_f64());
    Ok(response)
}
