namespace Recurve.Kernels.Composed;

/// <summary>The states of one block of channels between rows of floats and the padded doubles that tiles hand to each other.</summary>
internal readonly unsafe struct Carry(int states, int first, int width, int stride)
{
    /// <summary>Doubles of one carry.</summary>
    public static int Length<TMaps>(int width) where TMaps : struct, IStepMaps => TMaps.States * TileSummary<TMaps>.Padded(width);

    /// <summary>Rows to carry.</summary>
    public void Take(float** rows, double* carry)
    {
        for (var k = 0; k < states; k++)
            for (var c = 0; c < stride; c++) carry[k * (long)stride + c] = c < width ? rows[k][first + c] : 0;
    }

    /// <summary>Carry to rows.</summary>
    public void Give(double* carry, float** rows)
    {
        for (var k = 0; k < states; k++)
            for (var c = 0; c < width; c++) rows[k][first + c] = (float)carry[k * (long)stride + c];
    }

    /// <summary>Puts what the serial loop left where the carry is NaN.</summary>
    public void Complete(float** rows, double* carry)
    {
        for (var k = 0; k < states; k++)
        {
            for (var c = 0; c < stride; c++)
            {
                ref var value = ref carry[k * (long)stride + c];
                if (double.IsNaN(value)) value = c < width ? rows[k][first + c] : 0;
            }
        }
    }
}
