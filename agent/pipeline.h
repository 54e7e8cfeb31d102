// The intake thread's chain: a datagram or a parcel becomes events, events become spans, spans become bytes in the
// journal.
// Owned and run by the intake thread. No allocation, no lock and no log line for a `span` in steady state.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "export/jaeger_encoder.h"
#include "intake/event_reader.h"
#include "intake/reject_log.h"
#include "intake/udp_intake.h"
#include "journal/journal.h"
#include "journal/journal_reader.h"
#include "settings/agent_settings.h"
#include "steps/steps.h"

namespace ordertrace {

// What the state page may know of a listener from an earlier run.
struct ListenerIdentity {
    // Of its socket, for the kernel's loss counter.
    std::uint64_t cookie = 0;
    bool inherited = false;
    // Of its directory: how far the file that was being read is accounted for.
    FilePlace file{};
};

using ProcessTags = std::vector<std::pair<std::string, std::string>>;
// The Thrift Process of a system's spans: service, host.id, host.name and the configured tags.
std::string encode_process_of(std::string_view system, const std::string& host_name, const ProcessTags& configured);

class Pipeline : public DatagramSink, private EventSink, private StepSink {
public:
    Pipeline(const AgentSettings& settings, const std::vector<ListenerIdentity>& listeners, std::string host_name,
             TimePoint process_start, Journal& journal, RejectLog& rejects);

    // Open steps and closed memory as the journal has them; before the first datagram.
    void restore();
    // Beats and the last state, after the last datagram.
    void finish(TimePoint now);
    // Any thread: taken over at the next tick. Only the parts that may change at run time are looked at.
    void reconfigure(const AgentSettings& settings);

    void datagram(std::size_t listener, std::string_view bytes, const sockaddr_storage& sender,
                  TimePoint arrived) override;
    void burst_end(std::size_t listener, std::size_t datagrams, std::optional<std::uint32_t> drops) override;
    bool parcel(Parcel& parcel) override;
    void tick(TimePoint now, const std::vector<std::uint32_t>& drops) override;
    std::optional<TimePoint> next_due() const override;

    // The delivery thread reads its gauges only.
    const Steps& steps() const { return steps_; }
    // A beat that proves a collector works, neither recorded nor counted. Before the intake thread runs.
    std::string encode_probe() { return std::string{encoder_.encode(steps_.probe(totals()))}; }
    // How often tick() was done; any thread.
    std::uint64_t ticks() const { return ticks_.load(std::memory_order_relaxed); }
    // Datagrams of senders outside allow_from; any thread.
    std::uint64_t datagrams_refused() const { return refused_.load(std::memory_order_relaxed); }

private:
    void event(const Event& event) override;
    void reject(const Reject& reject) override;
    void span(const Span& span, SpanOrigin origin) override;
    std::uint64_t step_record(StepRecord kind, std::string_view bytes) override;

    std::string_view process_of(std::string_view system);
    void book_kernel_loss(std::size_t listener, std::uint32_t drops);
    void read_some(Parcel& parcel);
    void take_new_settings();
    void rewrite_open_steps();
    AgentTotals totals() const;

    std::string system_;
    std::string host_name_;
    std::vector<ListenerSettings> listeners_;
    ProcessTags tags_;
    Journal& journal_;
    RejectLog& rejects_;
    JaegerEncoder encoder_;
    Steps steps_;
    std::vector<EventReader> readers_;
    std::map<std::string, std::string, std::less<>> processes_;  // by system: the encoded Process
    const sockaddr_storage* sender_ = nullptr;                   // of the datagram or parcel in hand
    Parcel* parcel_ = nullptr;                                   // in hand
    TimePoint arrived_{};                                        // of either
    std::uint64_t missing_before_ = 0;                           // of earlier processes
    std::uint64_t conflicts_before_ = 0;
    std::atomic<std::uint64_t> ticks_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<AgentSettings*> next_settings_{nullptr};  // owned by whoever exchanges it out
};

}  // namespace ordertrace
