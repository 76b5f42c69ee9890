using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>A cell of each class at every combination of odd sizes, against its own Step in value and gradient (<see cref="CellTests"/> holds every cell against some of them).</summary>
public sealed class EveryShapeTests
{
    static readonly int[] times = [0, 1, 2, 63, 257], batches = [0, 1, 3], channels = [1, 3, 17, 64];

    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> cases = [];
        foreach (string name in new[] { "Fsmn", "MinGru", "GatedRotation", "ReluDecay", "Viterbi", "SoftViterbi", "LinearIoRnn", "SruV2", "Gru" })
            foreach (int size in channels) cases.Add(name, size);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void AgreesWithItsStep(string name, int size)
    {
        foreach (int time in times)
        {
            foreach (int batch in batches)
            {
                CellModule cell = Catalogue.Get(name).Create(size, size);
                cell.Initialize(seed: 6);
                GradientCheck.Verify(cell, batch, time, seed: 10 * time + batch, withStart: batch == 1, scale: Catalogue.Get(name).Scale, entries: size * time > 2000 ? 1 : 4);
            }
        }
    }
}
