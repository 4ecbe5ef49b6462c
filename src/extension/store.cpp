//! From Python to messages.

#include <extension/convert.h>
#include <nanobind/stl/shared_ptr.h>

#include <algorithm>

namespace mpbitcoin::extension {
namespace {
//! Holds the bytes of any object that supports the buffer protocol.
class Bytes
{
public:
    explicit Bytes(nb::handle object)
    {
        if (PyObject_GetBuffer(object.ptr(), &m_view, PyBUF_SIMPLE) != 0) throw nb::python_error();
    }
    ~Bytes() { PyBuffer_Release(&m_view); }
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;

    capnp::Data::Reader data() const
    {
        return {static_cast<const kj::byte*>(m_view.buf), static_cast<std::size_t>(m_view.len)};
    }

private:
    Py_buffer m_view;
};

capnp::Capability::Client placeholder()
{
    // The builder's table determines the index; the slot gets the same one.
    thread_local kj::Own<Placeholder> shared{kj::refcounted<Placeholder>(0)};
    return capnp::Capability::Client{shared->addRef()};
}

int64_t integer(nb::handle value)
{
    const int64_t number{PyLong_AsLongLong(value.ptr())};
    if (number == -1 && PyErr_Occurred()) throw nb::python_error();
    return number;
}

uint64_t positive(nb::handle value)
{
    const uint64_t number{PyLong_AsUnsignedLongLong(value.ptr())};
    if (number == static_cast<uint64_t>(-1) && PyErr_Occurred()) throw nb::python_error();
    return number;
}

//! A message under construction.
class Target
{
public:
    Target(Owner owner, int nesting) : m_owner{owner}, m_nesting{nesting} {}

    void fields(const StructPlan& plan, capnp::DynamicStruct::Builder to, const nb::tuple& values);
    void structure(const StructPlan& plan, capnp::DynamicStruct::Builder to, nb::handle value);
    capnp::DynamicStruct::Builder root(capnp::StructSchema schema)
    {
        return m_table.imbue(m_message.words->getRoot<capnp::AnyPointer>())
            .initAs<capnp::DynamicStruct>(schema);
    }
    Message finish() { return std::move(m_message); }

private:
    void field(const FieldPlan& plan, capnp::DynamicStruct::Builder to, nb::handle value);
    void list(const Shape& shape, capnp::DynamicList::Builder to, const nb::tuple& items);
    capnp::DynamicCapability::Client capability(const Shape& shape, nb::handle value);
    //! Call `set` with the value, for all types except structs and lists.
    template <typename Set>
    void plain(const Shape& shape, nb::handle value, Set&& set);
    //! Enter a struct or list. Raises LimitExceeded, also for one that contains itself.
    void descend();

    const Owner m_owner;
    const int m_nesting;
    Message m_message{.words = std::make_unique<capnp::MallocMessageBuilder>(128),
                      .slots = {},
                      .arrived = nullptr};
    capnp::BuilderCapabilityTable m_table;
    int m_depth{0};
};

void Target::descend()
{
    if (++m_depth > m_nesting) {
        raise({"limit", "structs and lists are nested deeper than " + std::to_string(m_nesting)});
    }
}

capnp::DynamicCapability::Client Target::capability(const Shape& shape, nb::handle value)
{
    const auto schema = shape.type.asInterface();
    const nb::object made = m_owner.attr("_export")(value, schema.getProto().getId());
    if (nb::isinstance<Capability>(made)) {
        m_message.slots.emplace_back(nb::cast<const Capability&>(made).remote);
    } else if (nb::isinstance<Threads>(made)) {
        m_message.slots.emplace_back(Threads{});
    } else {
        m_message.slots.emplace_back(nb::cast<std::shared_ptr<Export>>(made));
    }
    return placeholder().castAs<capnp::DynamicCapability>(schema);
}

template <typename Set>
void Target::plain(const Shape& shape, nb::handle value, Set&& set)
{
    using Which = capnp::schema::Type::Which;
    switch (shape.type.which()) {
    case Which::VOID:
        return;
    case Which::BOOL: {
        const int truth{PyObject_IsTrue(value.ptr())};
        if (truth < 0) throw nb::python_error();
        return set(truth == 1);
    }
    case Which::INT8:
    case Which::INT16:
    case Which::INT32:
    case Which::INT64:
        return set(integer(value));
    case Which::UINT8:
    case Which::UINT16:
    case Which::UINT32:
    case Which::UINT64:
        return set(positive(value));
    case Which::FLOAT32:
    case Which::FLOAT64: {
        const double number{PyFloat_AsDouble(value.ptr())};
        if (number == -1.0 && PyErr_Occurred()) throw nb::python_error();
        return set(number);
    }
    case Which::TEXT: {
        const auto encoded = nb::steal<nb::bytes>(
            PyUnicode_AsEncodedString(value.ptr(), "utf-8", "surrogateescape"));
        if (!encoded.is_valid()) throw nb::python_error();
        return set(capnp::Text::Reader{encoded.c_str(), encoded.size()});
    }
    case Which::DATA: {
        const Bytes bytes{value};
        return set(bytes.data());
    }
    case Which::ENUM:
        return set(capnp::DynamicEnum{shape.type.asEnum(), static_cast<uint16_t>(positive(value))});
    case Which::INTERFACE:
        return set(capability(shape, value));
    case Which::STRUCT:
    case Which::LIST:
    case Which::ANY_POINTER:
        break;
    }
    throw nb::type_error("a list of this type is not supported");
}

//! The items of a list or another sequence, held here: Python code that runs while an item is
//! stored may remove them from the caller's list.
nb::tuple itemsOf(nb::handle sequence)
{
    nb::object items = nb::steal(PySequence_Tuple(sequence.ptr()));
    if (!items.is_valid()) throw nb::python_error();
    return nb::borrow<nb::tuple>(items);
}

void Target::list(const Shape& shape, capnp::DynamicList::Builder to, const nb::tuple& items)
{
    descend();
    for (uint index = 0; index < to.size(); ++index) {
        const nb::handle item = NB_TUPLE_GET_ITEM(items.ptr(), index);
        if (shape.structure) {
            structure(*shape.structure, to[index].as<capnp::DynamicStruct>(), item);
        } else if (shape.type.isList()) {
            const nb::tuple inner = itemsOf(item);
            const auto size = static_cast<uint>(inner.size());
            list(*shape.element, to.init(index, size).as<capnp::DynamicList>(), inner);
        } else {
            plain(shape, item,
                  [&](auto&& value) { to.set(index, kj::fwd<decltype(value)>(value)); });
        }
    }
    --m_depth;
}

//! Leave out an empty member of a struct, which reads the same: C++ takes any pointer, even to no
//! bytes, for a value. A parameter is always set: C++ may reject a missing one.
void Target::field(const FieldPlan& plan, capnp::DynamicStruct::Builder to, nb::handle given)
{
    if (plan.has) to.set(*plan.has, !given.is_none());
    const auto& type = plan.shape.type;
    if (type.isVoid()) {
        to.set(plan.field, capnp::VOID);
        return;
    }
    if (given.is_none() && plan.store.is_none()) return;
    const nb::object value = plan.store.is_none() ? nb::borrow(given) : plan.store(given);
    if (value.is_none()) return;
    if (plan.shape.structure) {
        structure(*plan.shape.structure, to.init(plan.field).as<capnp::DynamicStruct>(), value);
    } else if (type.isList()) {
        const nb::tuple items = itemsOf(value);
        const auto size = static_cast<uint>(items.size());
        if (plan.member && size == 0) return;
        list(*plan.shape.element, to.init(plan.field, size).as<capnp::DynamicList>(), items);
    } else if (type.isAnyPointer()) {
        const Bytes bytes{value};
        to.get(plan.field).as<capnp::AnyPointer>().setAs<capnp::Data>(bytes.data());
    } else {
        plain(plan.shape, value, [&](auto&& each) {
            if constexpr (requires { each.size(); }) {
                if (plan.member && each.size() == 0) return;
            }
            to.set(plan.field, kj::fwd<decltype(each)>(each));
        });
    }
}

void Target::fields(const StructPlan& plan,
                    capnp::DynamicStruct::Builder to,
                    const nb::tuple& values)
{
    Py_ssize_t index{0};
    for (const auto& each : plan.fields) {
        field(each, to, NB_TUPLE_GET_ITEM(values.ptr(), index++));
    }
}

//! Raises ValueError for a key that the struct does not have: its value would be lost.
void requireKnown(const StructPlan& plan, const nb::dict& given)
{
    nb::list names;
    for (const auto& each : plan.fields) {
        names.append(each.name);
    }
    if (!plan.choices.empty()) {
        names.append("kind");
        names.append("value");
    }
    // A copy: comparing keys may run Python code that changes the dict.
    for (const nb::handle name : given.keys()) {
        const int known{PySequence_Contains(names.ptr(), name.ptr())};
        if (known < 0) throw nb::python_error();
        if (known == 0) {
            const nb::str text{"the struct has no {}, it has {}"};
            throw nb::value_error(text.format(name, nb::str(", ").attr("join")(names)).c_str());
        }
    }
}

void Target::structure(const StructPlan& plan, capnp::DynamicStruct::Builder to, nb::handle value)
{
    descend();
    if (nb::isinstance<nb::tuple>(value) && plan.choices.empty()) {
        if (static_cast<std::size_t>(Py_SIZE(value.ptr())) != plan.fields.size()) {
            throw nb::value_error("the tuple and the struct differ in length");
        }
        fields(plan, to, nb::borrow<nb::tuple>(value));
    } else {
        const bool dict{nb::isinstance<nb::dict>(value)};
        if (dict) requireKnown(plan, nb::borrow<nb::dict>(value));
        const auto item = [&](nb::handle name) {
            return dict ? nb::borrow<nb::dict>(value).get(name, nb::none()) : value.attr(name);
        };
        for (const auto& each : plan.fields) {
            field(each, to, item(each.name));
        }
        if (!plan.choices.empty()) {
            const nb::object kind = item(nb::str("kind"));
            const auto chosen =
                std::find_if(plan.choices.begin(), plan.choices.end(),
                             [&](const FieldPlan& each) { return each.name.equal(kind); });
            if (chosen == plan.choices.end()) throw nb::value_error("no such kind in the union");
            // Setting the member, even to nothing, also selects it in the union.
            to.clear(chosen->field);
            field(*chosen, to, item(nb::str("value")));
        }
    }
    --m_depth;
}
} // namespace

Message store(const StructPlan& plan, const nb::tuple& values, Owner owner, int nesting)
{
    Target target{owner, nesting};
    auto root = target.root(plan.schema);
    if (values.size() != plan.fields.size()) {
        throw nb::type_error("the number of values differs from the method's parameters");
    }
    target.fields(plan, root, values);
    return target.finish();
}

Message storeResult(const MethodPlan& method, nb::handle value, Owner owner, int nesting)
{
    Target target{owner, nesting};
    auto root = target.root(method.results.schema);
    if (method.results.fields.size() == 1) {
        target.fields(method.results, root, nb::make_tuple(value));
    } else if (!method.results.fields.empty()) {
        target.structure(method.results, root, value);
    }
    return target.finish();
}

std::optional<Message> storeError(const MethodPlan& method, const std::string& text)
{
    if (method.errors.empty()) return std::nullopt;
    Target target{nb::handle{}, /*nesting=*/0};
    auto root = target.root(method.results.schema);
    // The first type is the most general one.
    root.set(method.errors.front().first, capnp::Text::Reader{text.c_str(), text.size()});
    return target.finish();
}

void raise(const Failure& failure, const std::string& type)
{
    const nb::object make = nb::module_::import_("mpbitcoin.ipc.errors").attr("from_native");
    const nb::object error =
        make(failure.kind.c_str(),
             nb::steal(PyUnicode_DecodeUTF8(
                 failure.text.data(), static_cast<Py_ssize_t>(failure.text.size()), "replace")),
             type.c_str());
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
    throw nb::python_error();
}
} // namespace mpbitcoin::extension
