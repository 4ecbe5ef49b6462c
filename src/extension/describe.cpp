#include <extension/describe.h>

namespace mpbitcoin::extension {
namespace {
nb::str text(kj::StringPtr text)
{
    return nb::str(text.cStr(), text.size());
}

nb::str text(const std::string& text)
{
    return nb::str(text.c_str(), text.size());
}

//! The name of a type without its file.
kj::StringPtr shortName(capnp::Schema schema)
{
    return schema.getProto().getDisplayName().slice(schema.getProto().getDisplayNamePrefixLength());
}

const char* kindOf(capnp::schema::Type::Which which)
{
    // In the order of schema.capnp.
    static constexpr const char* NAMES[]{"void",    "bool",    "int8",      "int16",  "int32",
                                         "int64",   "uint8",   "uint16",    "uint32", "uint64",
                                         "float32", "float64", "text",      "data",   "list",
                                         "enum",    "struct",  "interface", "any"};
    const auto index = static_cast<std::size_t>(which);
    return index < std::size(NAMES) ? NAMES[index] : "unknown";
}

nb::dict typeOf(capnp::Type type)
{
    nb::dict made;
    made["kind"] = kindOf(type.which());
    if (type.isList()) {
        made["element"] = typeOf(type.asList().getElementType());
        return made;
    }
    if (type.isAnyPointer()) {
        KJ_IF_MAYBE (parameter, type.getBrandParameter()) {
            made["kind"] = "parameter";
            made["index"] = parameter->index;
        }
        return made;
    }
    const auto name = [&](capnp::Schema schema) {
        made["id"] = schema.getProto().getId();
        made["name"] = text(shortName(schema));
        nb::list arguments;
        if (schema.getProto().getIsGeneric() && schema.isBranded()) {
            for (const auto argument : schema.getBrandArgumentsAtScope(schema.getProto().getId())) {
                arguments.append(typeOf(argument));
            }
        }
        made["arguments"] = arguments;
    };
    if (type.isStruct()) {
        name(type.asStruct());
    } else if (type.isInterface()) {
        name(type.asInterface());
    } else if (type.isEnum()) {
        name(type.asEnum());
    }
    return made;
}

//! The default of a plain field, None for other fields.
nb::object defaultOf(capnp::StructSchema::Field field)
{
    using Which = capnp::schema::Value::Which;
    if (!field.getProto().isSlot()) return nb::none();
    const auto value = field.getProto().getSlot().getDefaultValue();
    switch (value.which()) {
    case Which::BOOL:
        return nb::bool_(value.getBool());
    case Which::INT8:
        return nb::int_(value.getInt8());
    case Which::INT16:
        return nb::int_(value.getInt16());
    case Which::INT32:
        return nb::int_(value.getInt32());
    case Which::INT64:
        return nb::int_(value.getInt64());
    case Which::UINT8:
        return nb::int_(value.getUint8());
    case Which::UINT16:
        return nb::int_(value.getUint16());
    case Which::UINT32:
        return nb::int_(value.getUint32());
    case Which::UINT64:
        return nb::int_(value.getUint64());
    case Which::FLOAT32:
        return nb::float_(static_cast<double>(value.getFloat32()));
    case Which::FLOAT64:
        return nb::float_(value.getFloat64());
    case Which::ENUM:
        return nb::int_(value.getEnum());
    default:
        return nb::none();
    }
}

nb::list fieldList(const Schemas& schemas, capnp::StructSchema schema)
{
    nb::list made;
    for (const auto& [field, has] : fieldsOf(schema)) {
        nb::dict entry;
        const auto proto = field.getProto();
        const std::string name{proto.getName().cStr()};
        entry["name"] = text(name);
        entry["python_name"] = text(pythonName(name));
        entry["type"] = typeOf(field.getType());
        entry["default"] = defaultOf(field);
        entry["explicit_default"] = proto.isSlot() && proto.getSlot().getHadExplicitDefault();
        entry["optional"] = has.has_value();
        entry["choice"] = proto.getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT;
        entry["exception"] = text(exceptionOf(field));
        entry["context"] = isContext(field.getType());
        entry["group"] = proto.isGroup();
        entry["doc"] = text(schemas.memberComment(schema, field.getIndex()));
        made.append(entry);
    }
    return made;
}

nb::list methodList(const Schemas& schemas, capnp::InterfaceSchema schema)
{
    nb::list made;
    for (const auto method : schema.getMethods()) {
        nb::dict entry;
        const std::string name{method.getProto().getName().cStr()};
        entry["name"] = text(name);
        entry["python_name"] = text(pythonName(name));
        entry["ordinal"] = method.getOrdinal();
        entry["doc"] = text(schemas.memberComment(schema, method.getIndex()));
        entry["params"] = fieldList(schemas, method.getParamType());
        entry["results"] = fieldList(schemas, method.getResultType());
        made.append(entry);
    }
    return made;
}
} // namespace

nb::list describe(const Schemas& schemas)
{
    nb::list made;
    for (const auto schema : schemas.loaded()) {
        const auto proto = schema.getProto();
        const auto display = proto.getDisplayName();
        nb::dict node;
        node["id"] = proto.getId();
        node["name"] = text(shortName(schema));
        node["scope"] = proto.getScopeId();
        node["display_name"] = text(display);
        node["doc"] = text(schemas.comment(schema));
        if (proto.isInterface()) {
            node["kind"] = "interface";
            node["methods"] = methodList(schemas, schema.asInterface());
            nb::list ancestors;
            for (const auto ancestor : schema.asInterface().getSuperclasses()) {
                ancestors.append(ancestor.getProto().getId());
            }
            node["ancestors"] = ancestors;
        } else if (proto.isStruct()) {
            node["kind"] = "struct";
            node["group"] = proto.getStruct().getIsGroup();
            node["fields"] = fieldList(schemas, schema.asStruct());
            nb::list parameters;
            for (const auto parameter : proto.getParameters()) {
                parameters.append(text(parameter.getName()));
            }
            node["parameters"] = parameters;
        } else if (proto.isEnum()) {
            node["kind"] = "enum";
            nb::list members;
            for (const auto member : schema.asEnum().getEnumerants()) {
                members.append(text(member.getProto().getName()));
            }
            node["members"] = members;
        } else {
            continue;
        }
        made.append(node);
    }
    return made;
}
} // namespace mpbitcoin::extension
