#include "pipeline.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include "settings/addresses.h"

namespace ordertrace {
namespace {

// A parcel is read in parts that leave the journal's burst small: it is not written before its end is reached.
constexpr std::size_t parcel_part_bytes = 8U << 10U;
constexpr std::uint64_t parcel_part_events = 64;

// The boot the host runs under, as 128 bits; the kernel's loss counters are worth nothing under another one.
std::array<std::uint64_t, 2> boot_id() {
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::array<std::uint64_t, 2> id{};
    std::size_t digits = 0;
    for (char c = 0; digits < 32 && file.get(c);) {
        const auto digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) continue;
        id[digits / 16] = id[digits / 16] << 4U | static_cast<std::uint64_t>(digit);
        ++digits;
    }
    return id;
}

// The base of each listener's counter: what the state page last saw of the same socket, else nothing; and the place in
// the file of each directory.
void settle_listeners(IntakeCounters& counters, const std::vector<ListenerIdentity>& listeners) {
    const auto before = counters.kernel;
    const auto boot = boot_id();
    const bool same_boot = counters.boot_id == boot;
    counters.boot_id = boot;
    counters.kernel = {};
    counters.files = {};
    for (std::size_t i = 0; i < listeners.size() && i < max_listeners; ++i) {
        counters.kernel[i].socket_cookie = listeners[i].cookie;
        counters.files[i] = listeners[i].file;
        for (const auto& known : before)
            if (same_boot && listeners[i].inherited && known.socket_cookie == listeners[i].cookie)
                counters.kernel[i].drops = known.drops;
    }
}

std::uint64_t sum_without_before(const DestinationBalance& destination) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < drop_reason_count; ++i)
        if (static_cast<DropReason>(i) != DropReason::before) sum += destination.dropped[i];
    return sum;
}

std::vector<EventReader> make_readers(const AgentSettings& settings) {
    std::vector<EventReader> readers;
    readers.reserve(settings.listen.size());
    for (const auto& listener : settings.listen)
        readers.emplace_back(listener, settings.order, settings.attributes, settings.system, settings.name_space);
    return readers;
}

StepRules with_host(StepRules rules, const std::string& host_name) {
    rules.host_name = host_name;
    return rules;
}

}  // namespace

Pipeline::Pipeline(const AgentSettings& settings, const std::vector<ListenerIdentity>& listeners, std::string host_name,
                   TimePoint process_start, Journal& journal, RejectLog& rejects)
    : system_{settings.system},
      host_name_{std::move(host_name)},
      listeners_{settings.listen},
      tags_{settings.tags},
      journal_{journal},
      rejects_{rejects},
      steps_{with_host(settings.steps, host_name_),
             settings.beat_every,
             settings.system,
             settings.name_space,
             process_start,
             *this},
      readers_{make_readers(settings)} {
    auto& counters = journal_.counters();
    settle_listeners(counters, listeners);
    missing_before_ = counters.events_missing;
    conflicts_before_ = counters.span_id_conflicts;
    // Before the replay books what a crash took: the first beats tell of that.
    steps_.begin(totals());
}

void Pipeline::restore() {
    journal_.replay([this](std::uint8_t kind, std::string_view bytes, std::uint64_t segment) {
        steps_.replay(static_cast<StepRecord>(kind), bytes, segment);
    });
    journal_.commit();
}

void Pipeline::finish(TimePoint now) {
    steps_.farewell(now, totals());
    journal_.commit();
}

void Pipeline::reconfigure(const AgentSettings& settings) {
    delete next_settings_.exchange(new AgentSettings{settings}, std::memory_order_acq_rel);
}

void Pipeline::datagram(std::size_t listener, std::string_view bytes, const sockaddr_storage& sender,
                        TimePoint arrived) {
    ++journal_.counters().datagrams_received;
    const auto& allowed = listeners_[listener].allow_from;
    if (!allowed.empty() && !may_send(allowed, address_bytes(sender))) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    sender_ = &sender;
    arrived_ = arrived;
    readers_[listener].read(bytes, arrived, *this);
}

bool Pipeline::parcel(Parcel& parcel) {
    sender_ = &parcel.sender;
    arrived_ = parcel.arrived;
    parcel_ = &parcel;
    read_some(parcel);
    parcel_ = nullptr;
    journal_.commit();
    rewrite_open_steps();
    return parcel.read_up_to == parcel.text.size();
}

// One journal burst's worth. The place in a file is stored with the events before it, so that after a kill none of them
// is read again.
void Pipeline::read_some(Parcel& parcel) {
    const std::string_view text{parcel.text};
    auto& reader = readers_[parcel.listener];
    if (parcel.read_up_to == 0 && EventReader::is_utf16(text)) {
        reader.read(text, parcel.arrived, *this);
        parcel.read_up_to = text.size();
    }
    const auto events_before = parcel.outcome.accepted + parcel.outcome.rejected;
    const auto begin = parcel.read_up_to;
    while (parcel.read_up_to < text.size() && parcel.read_up_to - begin < parcel_part_bytes &&
           parcel.outcome.accepted + parcel.outcome.rejected - events_before < parcel_part_events) {
        const auto left = text.substr(parcel.read_up_to);
        const auto took = reader.read_first(left, parcel.arrived, *this);
        parcel.lines_read += static_cast<std::uint64_t>(std::count(left.begin(), left.begin() + took, '\n'));
        parcel.read_up_to += took;
    }
    if (!parcel.place) return;
    auto place = *parcel.place;
    if (place.inode != 0) place.offset += parcel.read_up_to;
    journal_.counters().files[parcel.listener] = place;
}

void Pipeline::burst_end(std::size_t listener, std::size_t, std::optional<std::uint32_t> drops) {
    if (drops) book_kernel_loss(listener, *drops);
    journal_.commit();
    rewrite_open_steps();
}

void Pipeline::tick(TimePoint now, const std::vector<std::uint32_t>& drops) {
    take_new_settings();
    for (std::size_t i = 0; i < drops.size(); ++i) book_kernel_loss(i, drops[i]);
    steps_.tick(now, totals());
    journal_.counters().events_missing = missing_before_ + steps_.missing();
    journal_.commit();
    journal_.tick(now);
    rewrite_open_steps();
    ticks_.fetch_add(1, std::memory_order_relaxed);
}

std::optional<TimePoint> Pipeline::next_due() const {
    if (wants_tick(*journal_.shared())) return TimePoint{};  // with the next second
    return steps_.next_due();
}

void Pipeline::event(const Event& event) {
    auto& counters = journal_.counters();
    ++counters.events_received;
    ++counters.accepted[static_cast<std::size_t>(event.verb)];
    ++counters.became[static_cast<std::size_t>(steps_.apply(event, arrived_))];
    counters.span_id_conflicts = conflicts_before_ + steps_.id_conflicts();
    if (parcel_ != nullptr) ++parcel_->outcome.accepted;
}

void Pipeline::reject(const Reject& reject) {
    auto& counters = journal_.counters();
    ++counters.events_received;
    ++counters.rejected[static_cast<std::size_t>(reject.reason)];
    if (parcel_ != nullptr) {
        auto& outcome = parcel_->outcome;
        ++outcome.rejected;
        if (outcome.bad_lines.size() < ParcelOutcome::most_bad_lines)
            outcome.bad_lines.push_back({parcel_->lines_read + reject.line, reject.reason});
    }
    if (parcel_ != nullptr && !parcel_->file.empty())
        rejects_.add(arrived_, reject.reason, parcel_->file, reject.text);
    else
        rejects_.add(arrived_, reject.reason, address_bytes(*sender_), port_of(*sender_), reject.text);
}

void Pipeline::span(const Span& span, SpanOrigin origin) {
    if (origin != SpanOrigin::event) {
        const auto own = static_cast<std::size_t>(origin) - static_cast<std::size_t>(SpanOrigin::started);
        ++journal_.counters().own[own];
    }
    journal_.add_span(process_of(span.system), span.start, encoder_.encode(span));
}

std::uint64_t Pipeline::step_record(StepRecord kind, std::string_view bytes) {
    return journal_.add_step_record(static_cast<std::uint8_t>(kind), bytes);
}

std::string_view Pipeline::process_of(std::string_view system) {
    const auto known = processes_.find(system);
    if (known != processes_.end()) return known->second;
    return processes_.emplace(system, encode_process_of(system, host_name_, tags_)).first->second;
}

std::string encode_process_of(std::string_view system, const std::string& host_name, const ProcessTags& configured) {
    // The same host.id everywhere keeps Jaeger from adjusting clocks of different hosts.
    ProcessTags tags{{"host.id", "ordertrace"}};
    if (system != "order") {
        tags.emplace_back("host.name", host_name);
        tags.insert(tags.end(), configured.begin(), configured.end());
    }
    return encode_process(system, tags);
}

void Pipeline::book_kernel_loss(std::size_t listener, std::uint32_t drops) {
    auto& counters = journal_.counters();
    auto& base = counters.kernel[listener].drops;
    counters.datagrams_lost_in_kernel += static_cast<std::uint32_t>(drops - static_cast<std::uint32_t>(base));
    base = drops;
}

void Pipeline::take_new_settings() {
    const std::unique_ptr<AgentSettings> next{next_settings_.exchange(nullptr, std::memory_order_acq_rel)};
    if (!next) return;
    steps_.set_rules(with_host(next->steps, host_name_), next->beat_every);
    for (auto& reader : readers_) reader.configure(next->order, next->attributes);
    if (tags_ == next->tags) return;
    tags_ = next->tags;
    processes_.clear();
}

void Pipeline::rewrite_open_steps() {
    const auto segment = journal_.rewrite_steps_below();
    if (segment == 0) return;
    steps_.rewrite_below(segment);
    journal_.commit();
    journal_.rewritten(segment);
}

AgentTotals Pipeline::totals() const {
    const auto& counters = journal_.counters();
    AgentTotals totals;
    totals.lost_in_kernel = counters.datagrams_lost_in_kernel;
    for (const auto rejected : counters.rejected) totals.rejected += rejected;
    const auto balance = balance_of(*journal_.shared());
    std::uint64_t lost_to_all = balance.destinations.empty() ? 0 : std::numeric_limits<std::uint64_t>::max();
    for (const auto& destination : balance.destinations) {
        const auto dropped = sum_without_before(destination);
        totals.dropped.emplace_back(destination.name, dropped);
        lost_to_all = std::min(lost_to_all, dropped);
    }
    totals.lost_to_all = lost_to_all;
    return totals;
}

}  // namespace ordertrace
