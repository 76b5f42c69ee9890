using Recurve.Contracts;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>A stage of one elementwise body, whatever that is.</summary>
internal interface IMapStage
{
    int Index { get; }

    /// <summary>Channels.</summary>
    int Width { get; }

    Signal[] Operands { get; }

    Signal[] Results { get; }

    /// <summary>Numbers fixed when the cell was built.</summary>
    float[] Fixed { get; }

    BodySignature Signature { get; }

    string Describe();

    DeviceBody BodyOn(Run run);

    Launch BackwardOf(Run run);
}
