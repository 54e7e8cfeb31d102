#include "export/delivery_fsm.h"

#include <algorithm>

namespace ordertrace {
namespace {

constexpr Duration probe_every = std::chrono::seconds{30};  // for batches refused as unavailable
constexpr int first_url_after_retries = 6;                  // in units of retry.max
constexpr int first_url_cost_share = 10;                    // an attempt may cost a tenth of the time at most

}  // namespace

DeliveryFsm::DeliveryFsm(DeliverySettings settings, DeliveryLog log, std::function<double()> random)
    : settings_{std::move(settings)}, log_{std::move(log)}, random_{std::move(random)} {}

void DeliveryFsm::begin(const std::vector<SpanRange>& batches) {
    parts_.clear();
    for (std::size_t i = 0; i < batches.size(); ++i) {
        Part part;
        part.range = batches[i];
        part.batch = i;
        parts_.push_back(part);
    }
    set_aside_ = 0;
}

DeliveryFsm::Action DeliveryFsm::next(TimePoint now) {
    if (parts_.empty()) return Finished{};
    if (pause_) return Wait{*pause_};
    const auto& part = parts_.front();
    if (condemned_) return CondemnedSpan{part.range.first, condemned_why_};
    if (suspected_) return Probe{url_};
    asked_ = now;
    if (url_ != 0 && tried_ == 0 && now >= try_first_after_) url_ = 0;
    return Post{url_, part.range, settings_.compress && !part.plain};
}

void DeliveryFsm::answered(const Outcome& outcome, TimePoint now) {
    if (outcome.kind == Outcome::Kind::aborted) return;
    if (!suspected_) {
        if (answer_of(outcome) == Answer::none || answer_of(outcome) == Answer::misconfigured) forget_refusals();
        act(outcome, now);
        return;
    }
    const auto refusal = std::move(*suspected_);
    suspected_.reset();
    note_probe(answer_of(outcome) == Answer::accepted, now);
    act(refusal, now);
    probe_passed_.reset();
}

void DeliveryFsm::act(const Outcome& outcome, TimePoint now) {
    const auto pause = backoff(settings_.retry_first, settings_.retry_max, failed_rounds_ + 1, random_());
    const auto decision = decide(outcome, situation(now), pause);
    if (std::holds_alternative<Delivered>(decision)) return deliver(now);
    if (!probe_passed_) log_.failed(label_of(outcome), describe(outcome, url()));
    if (std::holds_alternative<SendProbe>(decision)) {
        suspected_ = outcome;
    } else if (std::holds_alternative<TryUncompressed>(decision)) {
        parts_.front().plain = true;
    } else if (std::holds_alternative<Split>(decision)) {
        split();
    } else if (std::holds_alternative<SetAside>(decision)) {
        condemn(outcome);
    } else {
        give_way(decision, now);
    }
}

void DeliveryFsm::deliver(TimePoint now) {
    log_.accepted(url_, url(), now);
    const auto batch = parts_.front().batch;
    parts_.pop_front();
    for (auto& part : parts_) {
        if (part.batch != batch) continue;
        part.another_passed = true;
        part.passed_url = url_;
    }
    failed_rounds_ = 0;
    tried_ = 0;
}

void DeliveryFsm::split() {
    forget_evidence();
    auto half = parts_.front();
    half.range.count /= 2;
    auto rest = parts_.front();
    rest.range.first += half.range.count;
    rest.range.count -= half.range.count;
    parts_.pop_front();
    // A span alone is condemned by its own refusals only, not by those of its batch.
    for (auto* part : {&rest, &half}) {
        if (part->range.count == 1) {
            part->refused_since.reset();
            part->last_probe.reset();
        }
        parts_.push_front(*part);
    }
}

void DeliveryFsm::condemn(const Outcome& outcome) {
    condemned_ = true;
    condemned_why_ = describe(outcome, url());
    forget_evidence();
}

// What another part's 202 proves, it proves once: should the URL begin to refuse everything, no more is lost by it.
void DeliveryFsm::forget_evidence() {
    for (auto& part : parts_)
        if (part.batch == parts_.front().batch) part.another_passed = false;
}

// The URL did not answer: how long it refused before says nothing any more.
void DeliveryFsm::forget_refusals() {
    for (auto& part : parts_)
        if (part.refused_url == url_) part.refused_since.reset();
}

void DeliveryFsm::set_aside_done() {
    condemned_ = false;
    parts_.pop_front();
    ++set_aside_;
}

void DeliveryFsm::give_way(const Decision& decision, TimePoint now) {
    if (url_ == 0 && settings_.urls.size() > 1)
        try_first_after_ = now + std::max(first_url_after_retries * settings_.retry_max,
                                          first_url_cost_share * std::chrono::duration_cast<Duration>(now - asked_));
    if (std::holds_alternative<NextUrl>(decision)) {
        ++tried_;
        const auto next = (url_ + 1) % settings_.urls.size();
        log_.gave_up_url(url_, settings_.urls[next]);
        url_ = next;
        return;
    }
    log_.all_failed(now);
    ++failed_rounds_;
    pause_ = std::get<RetryAfter>(decision).wait;
    tried_ = 0;
    url_ = 0;
    // What is refused again and again does not hold up the other parts of the window.
    parts_.push_back(parts_.front());
    parts_.pop_front();
}

void DeliveryFsm::waited() { pause_.reset(); }

void DeliveryFsm::note_probe(bool passed, TimePoint now) {
    auto& part = parts_.front();
    probe_passed_ = passed;
    part.last_probe = now;
    if (!passed && part.refused_url == url_) part.refused_since.reset();
    if (!passed || part.refused_since) return;
    part.refused_since = now;
    part.refused_url = url_;
}

Situation DeliveryFsm::situation(TimePoint now) const {
    const auto& part = parts_.front();
    Situation known;
    known.lone = part.range.count == 1;
    known.compressed = settings_.compress && !part.plain;
    known.more_urls = tried_ + 1 < settings_.urls.size();
    known.probe_passed = probe_passed_;
    known.another_passed = part.another_passed && part.passed_url == url_;
    if (part.refused_since && part.refused_url == url_) known.refused_for = now - *part.refused_since;
    known.probe_due = !part.last_probe || now - *part.last_probe >= probe_every || known.refused_for >= patience;
    return known;
}

void DeliveryFsm::reconfigure(DeliverySettings settings) {
    settings_ = std::move(settings);
    log_.forget_urls();
    url_ = 0;
    tried_ = 0;
    failed_rounds_ = 0;
    suspected_.reset();
    pause_.reset();
    for (auto& part : parts_) {
        part.plain = false;
        part.another_passed = false;
        part.refused_since.reset();
    }
}

}  // namespace ordertrace
