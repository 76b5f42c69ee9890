using System.Globalization;
using System.Text;

namespace Recurve.Devices.Skeletons;

// The signature as the skeletons read it (Devices/Kernels/*.cl).
internal sealed partial record DeviceSignature
{
    /// <summary>The signature's definitions for the skeletons of one direction.</summary>
    public string Text(bool backward)
    {
        var text = new StringBuilder();
        if (!backward) text.Append("#define FORWARD\n");
        Define("STREAMS", Body.Streams);
        Define("OUTPUTS", Body.Outputs);
        Define("STATES", Body.States);
        Define("FIXED", Fixed);
        Define("WIDE", Wide, "channels of an item");
        DefineSet("PER_CALL", PerCall, "streams that are constant over the call");
        DefineSet("READ", Read(backward), "streams that are read");
        DefineSet("BF16_STREAMS", BFloat16.Streams, "those stored in bfloat16, and their adjoints");
        DefineSet("BF16_OUTPUTS", BFloat16.Outputs, "of the outputs");
        DefineSet("BF16_STATES", BFloat16.States, "of the states' sequences");

        List("STREAM", Body.Streams, i => Has(PerCall, i) ? $"ADDRESS(x{i})" : $"ROWS(x{i})", i => Has(PerCall, i) ? $"ROW_OF(x{i})" : $"ROWS_OF(x{i})");
        List("OUTPUT", Body.Outputs, i => $"ROWS(y{i})", i => $"ROWS_OF(y{i})");
        Parameters("FIXED", Fixed, i => $"real fixed{i}");
        Values("FIXED_NUMBERS", Fixed, i => $"fixed{i}");
        if (backward) WriteBackward();
        if (Body.States > 0) WriteStates(backward);
        if (ChainGroups > 0) WriteChain(backward);
        return text.ToString();

        void WriteBackward()
        {
            DefineSet("WRITTEN", Written, "streams whose adjoints are written row by row");
            DefineSet("SUMMED", Summed, "streams whose adjoints are summed over rows: of those with one adjoint, the first");
            Define("SUMS", Sums);
            Define("READS_STATES", ReadsStates ? 1 : 0, "whether the adjoint does");
            Parameters("TARGET", Body.Streams, i => Has(Written, i) ? $"ROWS(dx{i})" : null);
            Values("TARGET_ROWS", Body.Streams, i => Has(Written, i) ? $"ROWS_OF(dx{i})" : "NO_ROWS");
        }

        void WriteStates(bool backward)
        {
            Define("HAS_RESETS", HasResets ? 1 : 0);
            Define("AHEAD", $"MOST_AHEAD({Ahead(backward)})", "steps on their way from memory");
            Define("WALK_AHEAD", ChainGroups > 0 ? "1" : "AHEAD", "those of a walk, which is rare in a chain");
            Parameters("STATE", Body.States, i => backward
                ? $"ROWS(state{i}), ADDRESS(start{i}), ADDRESS(initial{i}), ROWS(state_adjoint{i}), ADDRESS(end_adjoint{i}), ADDRESS(start_adjoint{i})"
                : $"ROWS(state{i}), ADDRESS(start{i}), ADDRESS(initial{i}), ADDRESS(end{i})");
            Values("SEQUENCE_ROWS", Body.States, i => $"ROWS_OF(state{i})");
            Values("STARTS", Body.States, i => $"REALS(start{i})");
            Values("INITIAL_STATES", Body.States * Wide, i => $"REALS(initial{i % Body.States}) ? REALS(initial{i % Body.States})[t.channel{Beside(i / Body.States)}] : 0.0f");
            if (!backward)
            {
                Values("ENDS", Body.States, i => $"REALS(end{i})");
                return;
            }
            Values("SEQUENCE_ADJOINT_ROWS", Body.States, i => $"ROWS_OF(state_adjoint{i})");
            Values("END_ADJOINTS", Body.States, i => $"REALS(end_adjoint{i})");
            Values("START_ADJOINTS", Body.States, i => $"REALS(start_adjoint{i})");
        }

        void WriteChain(bool backward)
        {
            Define("CHAIN_ITEMS", ChainShape.Items, "of a group");
            Define("CHAIN_GROUPS", ChainGroups, "on a multiprocessor");
            Define("NUMBERS_READ", ValuesRead(backward), "by a step of a channel");
        }

        static string Beside(int channel) => channel == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" + {channel}");

        void Define(string name, object value, string? meaning = null)
            => text.Append(CultureInfo.InvariantCulture, $"#define {name} {value}{(meaning is null ? "" : $"  // {meaning}")}\n");

        void DefineSet(string name, ulong set, string meaning) => Define(name, $"((word)0x{set:x})", meaning);

        void List(string name, int count, Func<int, string> parameter, Func<int, string> value)
        {
            Parameters(name, count, parameter);
            Values($"{name}_ROWS", count, value);
        }

        // each list continues another, and may be empty
        void Parameters(string name, int count, Func<int, string?> of)
        {
            text.Append(CultureInfo.InvariantCulture, $"#define {name}_PARAMETERS");
            foreach (var parameter in Enumerable.Range(0, count).Select(of).Where(p => p is not null)) text.Append(" \\\n    , ").Append(parameter);
            text.Append('\n');
        }

        void Values(string name, int count, Func<int, string> of)
            => text.Append(CultureInfo.InvariantCulture, $"#define {name}{string.Concat(Enumerable.Range(0, count).Select(i => $" {of(i)},"))}\n");
    }
}
