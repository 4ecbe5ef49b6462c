//! From messages to Python.

#include <extension/convert.h>

namespace mpbitcoin::extension {
namespace {
int getBuffer(PyObject* self, Py_buffer* view, int flags)
{
    const auto& bytes = nb::inst_ptr<Buffer>(self)->bytes;
    return PyBuffer_FillInfo(view, self, const_cast<kj::byte*>(bytes.begin()),
                             static_cast<Py_ssize_t>(bytes.size()),
                             /*readonly=*/1, flags);
}

//! The message that is read, and the context for it.
struct Source
{
    const std::shared_ptr<const Message>& message;
    Owner owner;

    nb::object value(const Shape& shape, const capnp::DynamicValue::Reader& value) const;
    nb::object field(const FieldPlan& plan, const capnp::DynamicStruct::Reader& from) const;
    nb::object structure(const StructPlan& plan, const capnp::DynamicStruct::Reader& from) const;
    nb::object capability(const Shape& shape, capnp::DynamicCapability::Client client) const;
    nb::object list(const Shape& shape, const capnp::DynamicList::Reader& from) const;
    nb::object view(capnp::Data::Reader bytes) const
    {
        return nb::steal(PyMemoryView_FromObject(nb::cast(Buffer{message, bytes}).ptr()));
    }
};

//! A new tuple or list that is filled while Python code may run. The garbage collector sees it only
//! when it is complete.
class Hidden
{
public:
    explicit Hidden(PyObject* made) : m_made{nb::steal(made)}
    {
        if (!m_made.is_valid()) throw nb::python_error();
        PyObject_GC_UnTrack(made);
    }

    PyObject* ptr() const { return m_made.ptr(); }
    nb::object show()
    {
        // The empty tuple is shared.
        if (Py_SIZE(m_made.ptr()) > 0) PyObject_GC_Track(m_made.ptr());
        return std::move(m_made);
    }

private:
    nb::object m_made;
};

nb::object bytesOf(capnp::Data::Reader bytes)
{
    return nb::steal(PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.begin()),
                                               static_cast<Py_ssize_t>(bytes.size())));
}

nb::object Source::value(const Shape& shape, const capnp::DynamicValue::Reader& value) const
{
    using Which = capnp::schema::Type::Which;
    switch (shape.type.which()) {
    case Which::VOID:
        return nb::none();
    case Which::BOOL:
        return nb::bool_(value.as<bool>());
    case Which::INT8:
    case Which::INT16:
    case Which::INT32:
    case Which::INT64:
        return nb::int_(value.as<int64_t>());
    case Which::UINT8:
    case Which::UINT16:
    case Which::UINT32:
    case Which::UINT64:
        return nb::int_(value.as<uint64_t>());
    case Which::FLOAT32:
    case Which::FLOAT64:
        return nb::float_(value.as<double>());
    case Which::TEXT: {
        const auto text = value.as<capnp::Text>();
        // Names that are not UTF-8 survive the way through Python and back.
        return nb::steal(PyUnicode_DecodeUTF8(text.cStr(), static_cast<Py_ssize_t>(text.size()),
                                              "surrogateescape"));
    }
    case Which::DATA:
        return bytesOf(value.as<capnp::Data>());
    case Which::LIST:
        return list(shape, value.as<capnp::DynamicList>());
    case Which::ENUM: {
        const nb::int_ raw{value.as<capnp::DynamicEnum>().getRaw()};
        return shape.enumeration.is_none() ? nb::object{raw} : shape.enumeration(raw);
    }
    case Which::STRUCT:
        return structure(*shape.structure, value.as<capnp::DynamicStruct>());
    case Which::INTERFACE:
        return capability(shape, value.as<capnp::DynamicCapability>());
    case Which::ANY_POINTER: {
        const auto any = value.as<capnp::AnyPointer>();
        return any.isNull() ? nb::none() : bytesOf(any.getAs<capnp::Data>());
    }
    }
    throw nb::type_error("this version does not support the type");
}

nb::object Source::list(const Shape& shape, const capnp::DynamicList::Reader& from) const
{
    Hidden made{PyList_New(from.size())};
    for (uint index = 0; index < from.size(); ++index) {
        NB_LIST_SET_ITEM(made.ptr(), index, value(*shape.element, from[index]).release().ptr());
    }
    return made.show();
}

nb::object Source::capability(const Shape& shape, capnp::DynamicCapability::Client client) const
{
    const auto index = Placeholder::indexOf(kj::mv(client));
    if (!index || *index >= message->slots.size()) return nb::none();
    const auto* remote = std::get_if<std::shared_ptr<Remote>>(&message->slots[*index]);
    if (!remote) return nb::none();
    nb::object held =
        nb::cast(Capability{*remote, nb::steal(PyWeakref_NewRef(owner.ptr(), nullptr))});
    return owner.attr("_wrap")(shape.type.asInterface().getProto().getId(), held);
}

nb::object Source::field(const FieldPlan& plan, const capnp::DynamicStruct::Reader& from) const
{
    if (plan.has && !from.get(*plan.has).as<bool>()) return nb::none();
    // A null pointer to a struct means None; null text, bytes and lists are empty.
    const auto slot = plan.field.getProto().isSlot();
    if (slot && (plan.shape.type.isStruct() || plan.shape.type.isInterface()) &&
        !from.has(plan.field)) {
        return nb::none();
    }
    const auto found = from.get(plan.field);
    if (plan.load.ptr() == reinterpret_cast<PyObject*>(&PyMemoryView_Type)) {
        return view(found.as<capnp::Data>());
    }
    auto made = value(plan.shape, found);
    return plan.load.is_none() ? made : plan.load(made);
}

nb::object Source::structure(const StructPlan& plan, const capnp::DynamicStruct::Reader& from) const
{
    const bool bound{!plan.maker.is_none()};
    const Py_ssize_t size =
        static_cast<Py_ssize_t>(plan.fields.size()) + (plan.choices.empty() ? 0 : 2);
    Hidden hidden{PyTuple_New(bound ? size : 0)};
    nb::dict named;
    Py_ssize_t index{0};
    const auto put = [&](nb::handle name, nb::object value) {
        if (bound) {
            NB_TUPLE_SET_ITEM(hidden.ptr(), index++, value.release().ptr());
        } else {
            named[name] = value;
        }
    };
    for (const auto& each : plan.fields) {
        put(each.name, field(each, from));
    }
    if (!plan.choices.empty()) {
        const FieldPlan* chosen{nullptr};
        KJ_IF_MAYBE (which, from.which()) {
            for (const auto& each : plan.choices) {
                if (each.field == *which) chosen = &each;
            }
        }
        put(nb::str("kind"), chosen ? chosen->name : nb::none());
        put(nb::str("value"), chosen ? field(*chosen, from) : nb::none());
    }
    if (!bound) return nb::object{named};
    const nb::object values = hidden.show();
    if (plan.maker.ptr() == reinterpret_cast<PyObject*>(&PyTuple_Type)) return values;
    nb::object made = nb::steal(PyObject_CallObject(plan.maker.ptr(), values.ptr()));
    // It may raise: a result represents a value or an error.
    if (!made.is_valid()) throw nb::python_error();
    return made;
}
} // namespace

PyType_Slot bufferSlots[]{{Py_bf_getbuffer, reinterpret_cast<void*>(getBuffer)}, {0, nullptr}};

nb::tuple load(const StructPlan& plan, const std::shared_ptr<const Message>& message, Owner owner)
{
    auto table = message->placeholders();
    const auto root = message->root(table).getAs<capnp::DynamicStruct>(plan.schema);
    const Source source{message, owner};
    Hidden values{PyTuple_New(static_cast<Py_ssize_t>(plan.fields.size()))};
    Py_ssize_t index{0};
    for (const auto& each : plan.fields) {
        NB_TUPLE_SET_ITEM(values.ptr(), index++, source.field(each, root).release().ptr());
    }
    return nb::borrow<nb::tuple>(values.show());
}

nb::object
loadResult(const MethodPlan& method, const std::shared_ptr<const Message>& message, Owner owner)
{
    auto table = message->placeholders();
    const auto root = message->root(table).getAs<capnp::DynamicStruct>(method.results.schema);
    for (const auto& [field, type] : method.errors) {
        if (!root.has(field)) continue;
        raise({"remote", root.get(field).as<capnp::Text>().cStr()}, type);
    }
    const Source source{message, owner};
    const auto& fields = method.results.fields;
    if (fields.empty()) return nb::none();
    if (fields.size() == 1) return source.field(fields.front(), root);
    return source.structure(method.results, root);
}
} // namespace mpbitcoin::extension
